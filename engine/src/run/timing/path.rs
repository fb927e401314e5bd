//! The path that really decided when the run was recovered, and how much room everything beside it had.

use super::super::{Account, State};
use crate::base::{Millis, Timestamp};
use crate::plan::{Node, NodeIx, Plan, UnitIx};

/// What really happened to the graph: computed once for a state, in one pass forward and one back.
#[derive(Debug, Clone)]
pub struct Actual {
    /// When a node was done.
    done: Vec<Option<Timestamp>>,
    /// When a node stopped holding up what comes after it: once it was done, or usable.
    free: Vec<Option<Timestamp>>,
    /// The earliest start of anything directly behind a node.
    next: Vec<Option<Timestamp>>,
    /// When the plan was recovered, or the last thing happened.
    end: Timestamp,
}

impl Actual {
    /// The actual course of a run so far.
    pub fn of(plan: &Plan, state: &State) -> Self {
        let graph = plan.graph();
        let (mut done, mut free) = (vec![None; graph.len()], vec![None; graph.len()]);
        for &at in graph.order() {
            (done[at.at()], free[at.at()]) = match graph.node(at) {
                Node::Unit(unit) => {
                    let run = state.unit(unit);
                    let done = run.settled_at.filter(|_| run.state.satisfies());
                    (done, run.usable_at.or(done))
                }
                Node::Barrier(_) => {
                    let last = graph.predecessors(at).iter().filter_map(|before| free[before.at()]).max();
                    (last, last)
                }
            };
        }
        let mut next = vec![None; graph.len()];
        for &at in graph.order().iter().rev() {
            let begin = |after: &NodeIx| match graph.node(*after) {
                Node::Unit(unit) => state.unit(unit).eligible_at,
                Node::Barrier(_) => next[after.at()],
            };
            next[at.at()] = graph.successors(at).iter().filter_map(begin).min();
        }
        let recovered = plan.unit_ixs().filter(|unit| !plan.unit(*unit).rto_exclude).filter_map(|u| done[u.at()]).max();
        Self { done, free, next, end: recovered.unwrap_or_else(|| state.last_at()) }
    }

    /// How much later a unit could have been ready without holding up anything; `None` while it is not ready.
    pub fn slack(&self, unit: UnitIx) -> Option<Millis> {
        let (ready, free) = self.done[unit.at()].zip(self.free[unit.at()])?;
        let to_others = self.next[unit.at()].map(|next| next.since(free));
        // What let others begin before it was ready may still have been the last of all.
        let to_end = (to_others.is_none() || free < ready).then(|| self.end.since(ready));
        to_others.into_iter().chain(to_end).min()
    }

    /// The path to the one of `units` that was ready last: from it back along the predecessors that let each begin last, by
    /// being ready or usable. It begins at a unit that waited for nothing, or that a person started again.
    pub fn path(&self, plan: &Plan, state: &State, units: impl Iterator<Item = UnitIx>) -> Vec<UnitIx> {
        let graph = plan.graph();
        let last = units
            .filter(|unit| state.unit(*unit).ready_at().is_some())
            .max_by_key(|unit| (self.done[unit.at()], std::cmp::Reverse(*unit)));
        let mut at = last.map(|unit| graph.unit(unit));
        let mut path = Vec::new();
        let mut no_later_than = self.end;
        while let Some(node) = at {
            if let Node::Unit(unit) = graph.node(node) {
                path.push(unit);
                let Some(eligible) = state.unit(unit).eligible_at else { break };
                no_later_than = eligible;
            }
            at = graph
                .predecessors(node)
                .iter()
                .copied()
                .filter(|before| self.free[before.at()].is_some_and(|free| free <= no_later_than))
                .max_by_key(|before| (self.free[before.at()], std::cmp::Reverse(*before)));
        }
        path.reverse();
        path
    }

    /// Decision time: what the units of a path waited for the consent of people.
    pub fn decision_time(state: &State, path: &[UnitIx], now: Timestamp) -> Millis {
        path.iter().map(|unit| state.unit(*unit).ledger.booked(Account::Gate, now)).sum()
    }
}
