//! What comes before what, the other way round, among the units that are left.

use std::collections::BTreeSet;

use super::super::{Node, Plan, StageFlow, StageIx, UnitIx};

/// The order of a derived runbook.
pub(super) struct Order {
    /// By unit: what its `needs` must say, beside what stages and sequences say.
    needs: Vec<BTreeSet<UnitIx>>,
    /// By stage: the stages that it waits for; `None` of one without a unit.
    stages: Vec<Option<BTreeSet<StageIx>>>,
}

impl Order {
    /// The order of the units that have a part. Those that have none hold the others together as before.
    pub(super) fn reversed(plan: &Plan, has_part: &[bool]) -> Self {
        let all = &plan.body().stages;
        let lives: Vec<bool> = all.iter().map(|stage| stage.unit_ixs().any(|ix| has_part[ix.at()])).collect();
        let mut after: Vec<Vec<StageIx>> = vec![Vec::new(); all.len()];
        for (at, stage) in (0..).map(StageIx).zip(all) {
            for need in &stage.needs {
                after[need.at()].push(at);
            }
        }
        let stages: Vec<Option<BTreeSet<StageIx>>> =
            (0..all.len()).map(|at| lives[at].then(|| next_living(&after[at], &after, &lives))).collect();
        let behind: Vec<BTreeSet<StageIx>> = (0..all.len()).map(|at| all_behind(at, &stages)).collect();
        let needs = plan.unit_ixs().map(|ix| {
            if !has_part[ix.at()] {
                return BTreeSet::new();
            }
            let stage = plan.unit(ix).stage;
            let in_sequence = plan.stage(stage).flow == StageFlow::Sequential;
            let said = |need: UnitIx| {
                let other = plan.unit(need).stage;
                behind[stage.at()].contains(&other) || (in_sequence && other == stage)
            };
            built_on(plan, ix, has_part).into_iter().filter(|need| !said(*need)).collect()
        });
        Self { needs: needs.collect(), stages }
    }

    /// The stages that are left, the last one first.
    pub(super) fn stages(&self) -> impl Iterator<Item = StageIx> {
        let places = (0..).map(StageIx).zip(&self.stages);
        places.filter(|(_, needs)| needs.is_some()).map(|(ix, _)| ix).collect::<Vec<_>>().into_iter().rev()
    }

    /// The stages that a stage waits for.
    pub(super) fn stage_needs(&self, stage: StageIx) -> Vec<StageIx> {
        self.stages[stage.at()].iter().flatten().copied().collect()
    }

    /// The units that a unit waits for, beside what stages and sequences say.
    pub(super) fn needs(&self, unit: UnitIx) -> &BTreeSet<UnitIx> {
        &self.needs[unit.at()]
    }
}

/// The first stages with a unit on every way from some stages on.
fn next_living(from: &[StageIx], after: &[Vec<StageIx>], lives: &[bool]) -> BTreeSet<StageIx> {
    let mut open = from.to_vec();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some(next) = open.pop() {
        if !seen.insert(next) {
            continue;
        }
        if lives[next.at()] {
            found.insert(next);
        } else {
            open.extend(&after[next.at()]);
        }
    }
    found
}

/// Everything that a stage waits for, also by way of others.
fn all_behind(stage: usize, direct: &[Option<BTreeSet<StageIx>>]) -> BTreeSet<StageIx> {
    let mut open = vec![stage];
    let mut found = BTreeSet::new();
    while let Some(at) = open.pop() {
        for next in direct[at].iter().flatten() {
            if found.insert(*next) {
                open.push(next.at());
            }
        }
    }
    found
}

/// The units with a part that come next after a unit, across barriers and units without one.
fn built_on(plan: &Plan, unit: UnitIx, has_part: &[bool]) -> BTreeSet<UnitIx> {
    let graph = plan.graph();
    let mut open = graph.successors(graph.unit(unit)).to_vec();
    let mut seen = vec![false; graph.len()];
    let mut found = BTreeSet::new();
    while let Some(node) = open.pop() {
        if std::mem::replace(&mut seen[node.at()], true) {
            continue;
        }
        match graph.node(node) {
            Node::Unit(next) if has_part[next.at()] => drop(found.insert(next)),
            Node::Unit(_) | Node::Barrier(_) => open.extend(graph.successors(node)),
        }
    }
    found
}
