//! Which units can be part of a run at all, and which branches can be taken, as far as that can be told before any run.

use std::collections::BTreeSet;

use super::super::expression::{SETTLED, World, worlds};
use super::super::{Body, Decision, InputKind, Mode, Name, Node, UnitIx, Value};
use super::Subject;

/// What was found out.
pub(super) struct Prospects {
    /// The modes in which each unit can be part of a run.
    pub(super) modes: Vec<Vec<Mode>>,
    /// Branches that are never taken, in whatever mode their decision is made.
    pub(super) dead: BTreeSet<(UnitIx, usize)>,
    /// Units whose own condition never holds.
    pub(super) never: BTreeSet<UnitIx>,
}

impl Prospects {
    /// `None` where nothing in the body depends on a condition or a mode.
    pub(super) fn of(subject: &Subject<'_>) -> Option<Self> {
        let body = subject.body;
        let chooses = |ix: UnitIx| body.units[ix.at()].decision().is_some();
        let depends = subject.units().any(|(ix, unit, _)| unit.when.is_some() || !unit.modes.is_empty() || chooses(ix));
        if !depends {
            return None;
        }
        let mut found =
            Self { modes: vec![Mode::ALL.to_vec(); body.units.len()], dead: BTreeSet::new(), never: BTreeSet::new() };
        // For each unit that branches name: the modes in which one of those branches can be taken.
        let mut selected: Vec<Option<Vec<Mode>>> = vec![None; body.units.len()];
        for at in subject.graph.order() {
            let Node::Unit(ix) = subject.graph.node(*at) else { continue };
            found.unit(body, ix, selected[ix.at()].as_deref());
            if let Some(decision) = body.units[ix.at()].decision() {
                found.decision(body, ix, decision, &mut selected);
            }
        }
        Some(found)
    }

    fn unit(&mut self, body: &Body, ix: UnitIx, selected: Option<&[Mode]>) {
        let unit = &body.units[ix.at()];
        let mut modes: Vec<Mode> = Mode::ALL.into_iter().filter(|mode| unit.runs_in(*mode)).collect();
        if let Some(when) = &unit.when {
            let worlds = worlds([when], |name| domain(body, name));
            modes.retain(|mode| worlds.iter().any(|world| is_of(world, *mode) && when.foresee(world) != Some(false)));
            if modes.is_empty() {
                self.never.insert(ix);
            }
        }
        modes.retain(|mode| selected.is_none_or(|selected| selected.contains(mode)));
        self.modes[ix.at()] = modes;
    }

    fn decision(&mut self, body: &Body, ix: UnitIx, decision: &Decision, selected: &mut [Option<Vec<Mode>>]) {
        let worlds =
            worlds(decision.branches.iter().filter_map(|branch| branch.when.as_ref()), |name| domain(body, name));
        for (at, branch) in decision.branches.iter().enumerate() {
            let before = &decision.branches[..at];
            let said_before = before.iter().any(|other| other.when.is_some() && other.when == branch.when);
            let takes = |world: &World| {
                let earlier = before.iter().filter_map(|other| other.when.as_ref());
                let open = earlier.clone().all(|when| when.foresee(world) != Some(true));
                open && branch.when.as_ref().is_none_or(|when| when.foresee(world) != Some(false))
            };
            let taken: Vec<Mode> = self.modes[ix.at()]
                .iter()
                .copied()
                .filter(|mode| !said_before && worlds.iter().any(|world| is_of(world, *mode) && takes(world)))
                .collect();
            if taken.is_empty() && !self.modes[ix.at()].is_empty() {
                self.dead.insert((ix, at));
            }
            for unit in &branch.select {
                let modes = selected[unit.at()].get_or_insert_default();
                modes.extend(&taken);
            }
        }
    }
}

/// Whether a world may be one of a mode.
fn is_of(world: &World, mode: Mode) -> bool {
    world.get(&Name::Mode).is_none_or(|known| *known == Value::text(mode.keyword()))
}

/// The values that a name can have, where these are few and it always has one.
fn domain(body: &Body, name: &Name) -> Option<Vec<Value>> {
    let truths = || vec![Value::Bool(false), Value::Bool(true)];
    match name {
        Name::Mode => Some(Mode::ALL.map(|mode| Value::text(mode.keyword())).to_vec()),
        Name::UnitState(_) => Some(SETTLED.map(Value::text).to_vec()),
        Name::ServiceReady(_) => Some(truths()),
        Name::Output(..) => None,
        Name::Input(input) => {
            let input = body.inputs.iter().find(|known| known.name == *input)?;
            let given = input.required || input.default.is_some();
            match &input.kind {
                InputKind::Enum(options) if given => Some(options.iter().map(Value::text).collect()),
                InputKind::Bool if given => Some(truths()),
                InputKind::Enum(_) | InputKind::Bool => None,
                InputKind::Text | InputKind::Secret | InputKind::Datetime => None,
            }
        }
    }
}
