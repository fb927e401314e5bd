//! Which decisions and gates have a say in which units.

use std::collections::BTreeMap;

use super::{Action, Body, Decision, Gate, Graph, UnitIx};

/// Decisions and gates, and the units that hang on what comes of them. Made of a body, never frozen.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    by: BTreeMap<UnitIx, Vec<UnitIx>>,
    votes: BTreeMap<UnitIx, Vec<Sway>>,
    swayed: BTreeMap<UnitIx, Vec<UnitIx>>,
}

/// What a unit has to do with a gate whose rejection leads to a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sway {
    /// The unit of the gate.
    pub gate: UnitIx,
    /// Whether the unit is part of the run only if the gate is rejected; otherwise only if it is not.
    pub rejected: bool,
}

impl Selection {
    pub(super) fn of(body: &Body, graph: &Graph) -> Self {
        let mut selection = Self::default();
        for (unit, decider) in body.units.iter().zip((0..).map(UnitIx)) {
            for step in &unit.steps {
                if let Action::Decision(decision) = &step.action {
                    for named in decision.named() {
                        selection.by.entry(named).or_default().push(decider);
                    }
                }
                if let Action::Gate(gate) = &step.action {
                    selection.sway(graph, decider, gate);
                }
            }
        }
        selection
    }

    /// A rejection leads to the branch and what comes after that; everything else behind the gate is for an approval. Where
    /// both ways meet again, the units are for either.
    fn sway(&mut self, graph: &Graph, of: UnitIx, gate: &Gate) {
        let Some(branch) = gate.branch() else { return };
        let within = |units: &[UnitIx], unit: UnitIx| units.binary_search(&unit).is_ok();
        let beyond = graph.downstream_of(branch.iter().copied());
        let all = graph.downstream(of).into_iter();
        let approved: Vec<UnitIx> = all.filter(|unit| !within(branch, *unit) && !within(&beyond, *unit)).collect();
        let met = graph.downstream_of(approved.iter().copied());
        let follows = beyond.into_iter().filter(|unit| !within(&met, *unit) && !within(branch, *unit));
        let rejected = branch.iter().copied().chain(follows).map(|unit| (unit, true));
        for (unit, rejected) in rejected.chain(approved.into_iter().map(|unit| (unit, false))).collect::<Vec<_>>() {
            self.votes.entry(unit).or_default().push(Sway { gate: of, rejected });
            self.swayed.entry(of).or_default().push(unit);
        }
    }

    /// The decisions whose branches name a unit, in order of place. Where there are none, it is part of every run.
    pub fn deciders(&self, unit: UnitIx) -> &[UnitIx] {
        self.by.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The gates whose rejection brings a unit into the run or leaves it out.
    pub fn sways(&self, unit: UnitIx) -> &[Sway] {
        self.votes.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The units that hang on what is voted at a gate.
    pub fn swayed_by(&self, gate: UnitIx) -> &[UnitIx] {
        self.swayed.get(&gate).map_or(&[], Vec::as_slice)
    }
}

impl Decision {
    /// All units that its branches name, each once, in order of place.
    pub fn named(&self) -> Vec<UnitIx> {
        let mut named: Vec<UnitIx> = self.branches.iter().flat_map(|branch| branch.select.iter().copied()).collect();
        named.sort_unstable();
        named.dedup();
        named
    }
}
