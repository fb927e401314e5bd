//! What a unit waits for, by the words of the runbook.

use std::collections::BTreeSet;

use engine::base::Millis;
use engine::plan::{Node, Plan, StageFlow};

use super::rule::{Verdict, rule};

/// Everything a unit waits for, by the words of the runbook: its needs, the stages it or its stage needs (whole, and what
/// those need), and in a sequence the unit before.
pub(super) fn needs_of(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let body = plan.body();
    let mut stages: Vec<BTreeSet<usize>> = Vec::new();
    for stage in &body.stages {
        let mut all: BTreeSet<usize> = stage.units.clone().map(|unit| unit as usize).collect();
        for need in &stage.needs {
            all.extend(stages[need.at()].clone());
        }
        stages.push(all);
    }
    let mut needs = Vec::new();
    for (at, unit) in body.units.iter().enumerate() {
        let mut mine: BTreeSet<usize> = unit.needs.iter().map(|need| need.at()).collect();
        let stage = &body.stages[unit.stage.at()];
        for need in unit.needs_stages.iter().chain(&stage.needs) {
            mine.extend(stages[need.at()].clone());
        }
        if stage.flow == StageFlow::Sequential && at > stage.units.start as usize {
            mine.insert(at - 1);
        }
        needs.push(mine);
    }
    needs
}

pub(super) fn tails(plan: &Plan, needs: &[BTreeSet<usize>]) -> Vec<Millis> {
    fn tail(plan: &Plan, needs: &[BTreeSet<usize>], unit: usize) -> Millis {
        let after = (0..needs.len()).filter(|other| needs[*other].contains(&unit));
        let longest = after.map(|other| tail(plan, needs, other)).max().unwrap_or_default();
        let unit = &plan.units()[unit];
        if unit.rto_exclude {
            return longest;
        }
        let target = unit.target.unwrap_or_default();
        let until_usable = unit.usable.map_or(target, |usable| usable.within.min(target));
        target.max(longest + until_usable)
    }
    (0..needs.len()).map(|unit| tail(plan, needs, unit)).collect()
}

/// A barrier never holds a unit: kept beside the model so that its needs can be compared with the graph's.
pub(crate) fn direct_needs_agree(plan: &Plan) -> Verdict {
    let told = needs_of(plan);
    for unit in plan.unit_ixs() {
        let mut seen = BTreeSet::new();
        let mut open = plan.graph().predecessors(plan.graph().unit(unit)).to_vec();
        while let Some(node) = open.pop() {
            match plan.graph().node(node) {
                Node::Unit(need) => {
                    seen.insert(need.at());
                }
                Node::Barrier(_) => open.extend(plan.graph().predecessors(node)),
            }
        }
        rule!(seen == told[unit.at()], "{unit:?} needs {:?}, the graph says {seen:?}", told[unit.at()]);
    }
    Ok(())
}
