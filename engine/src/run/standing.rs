//! What stands on what while units are undone: a unit goes back only once nothing that was built on it still has to.
//!
//! A node is *clear* when it is no unit going back and all its direct successors are clear. Each node counts its successors
//! that are not clear, so that asking costs one look however large the plan is.

use super::UnitState;
use super::state::State;
use crate::plan::{Node, NodeIx, Plan, UnitIx};

impl State {
    /// A unit is to be undone: what it was built on has to wait for it.
    pub(super) fn goes_back(&mut self, plan: &Plan, ix: UnitIx) {
        if self.standing.is_empty() {
            self.standing = vec![0; plan.graph().len()];
        }
        let node = plan.graph().unit(ix);
        if self.standing[node.at()] == 0 {
            self.blocks(plan, node);
        }
        self.may_turn(plan, ix);
    }

    /// A unit is undone, or will not be after all. Call it once it is no longer going back.
    pub(super) fn went_back(&mut self, plan: &Plan, ix: UnitIx) {
        self.turning.remove(&ix);
        let node = plan.graph().unit(ix);
        if self.standing.get(node.at()).is_some_and(|standing| *standing == 0) {
            self.frees(plan, node);
        }
    }

    /// Whether something that was built on a unit still has to be undone.
    pub(super) fn is_stood_on(&self, plan: &Plan, ix: UnitIx) -> bool {
        self.standing.get(plan.graph().unit(ix).at()).is_some_and(|standing| *standing > 0)
    }

    /// Notes a unit whose way back can begin.
    pub(super) fn may_turn(&mut self, plan: &Plan, ix: UnitIx) {
        if self.unit(ix).state == UnitState::AwaitingRollback && !self.is_stood_on(plan, ix) {
            self.turning.insert(ix);
        }
    }

    fn is_going_back(&self, plan: &Plan, node: NodeIx) -> bool {
        match plan.graph().node(node) {
            Node::Unit(unit) => self.unit(unit).is_going_back(),
            Node::Barrier(_) => false,
        }
    }

    /// The node was clear and is not any more.
    fn blocks(&mut self, plan: &Plan, node: NodeIx) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for &before in plan.graph().predecessors(node) {
                self.standing[before.at()] += 1;
                if self.standing[before.at()] == 1 {
                    if let Node::Unit(unit) = plan.graph().node(before) {
                        self.turning.remove(&unit);
                    }
                    if !self.is_going_back(plan, before) {
                        open.push(before);
                    }
                }
            }
        }
    }

    /// The node was not clear and is now.
    fn frees(&mut self, plan: &Plan, node: NodeIx) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for &before in plan.graph().predecessors(node) {
                self.standing[before.at()] -= 1;
                if self.standing[before.at()] == 0 {
                    if self.is_going_back(plan, before) {
                        if let Node::Unit(unit) = plan.graph().node(before) {
                            self.may_turn(plan, unit);
                        }
                    } else {
                        open.push(before);
                    }
                }
            }
        }
    }
}
