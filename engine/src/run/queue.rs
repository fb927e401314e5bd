//! Who waits for whom, and who only waits for a place.

use std::cmp::Reverse;

use super::state::{State, Urgency};
use super::{Account, Holding, StepIx, UnitState};
use crate::base::Timestamp;
use crate::plan::{Node, NodeIx, Plan, UnitIx};

impl State {
    pub(super) fn enqueue(&mut self, plan: &Plan, ix: UnitIx) {
        // Locks are not taken before: who waits for another run must not keep others waiting.
        if self.lacks_start(plan, ix) {
            self.waiting.insert(ix);
            return;
        }
        if self.lacks_lock(plan, ix) {
            self.barred.insert(ix);
            return;
        }
        let urgency = Urgency(Reverse(plan.schedule().span(ix).tail), ix);
        let worker = self.step(plan, ix).is_some_and(|step| step.action.needs_worker());
        if worker {
            self.ready.insert(urgency)
        } else {
            self.passing.insert(urgency)
        };
    }

    pub(super) fn dequeue(&mut self, plan: &Plan, ix: UnitIx) {
        if self.waiting.remove(&ix) {
            return;
        }
        if self.barred.remove(&ix) {
            self.units[ix.at()].awaits_lock = None;
            return;
        }
        let urgency = Urgency(Reverse(plan.schedule().span(ix).tail), ix);
        if !self.ready.remove(&urgency) {
            self.passing.remove(&urgency);
        }
    }

    /// Puts a queued unit at another of its steps.
    pub(super) fn go_to(&mut self, plan: &Plan, ix: UnitIx, step: StepIx) {
        self.dequeue(plan, ix);
        self.units[ix.at()].step = step;
        self.enqueue(plan, ix);
    }

    /// A pause moves the waiting time of queued units to its own account, and back.
    pub(super) fn rebook_queued(&mut self, at: Timestamp) {
        let holding = self.holding();
        let placed = self.ready.iter().chain(&self.passing).map(|Urgency(_, ix)| ix);
        for ix in placed.chain(&self.barred).chain(&self.waiting) {
            let unit = &mut self.units[ix.at()];
            unit.ledger.switch(at, Account::of_unit(unit.state, holding));
        }
    }

    /// The same for every unit whose clock runs: the exercise is held, or goes on.
    pub(super) fn rebook_all(&mut self, at: Timestamp) {
        let holding = self.holding();
        for unit in &mut self.units {
            if Account::of_unit(unit.state, Holding::Nothing).is_some() {
                unit.ledger.switch(at, Account::of_unit(unit.state, holding));
            }
        }
    }

    /// What was held goes on.
    pub(super) fn let_go(&mut self, plan: &Plan, at: Timestamp) {
        if self.exclusions.end(at) {
            self.rebook_all(at);
            self.expect_deadlines(plan);
        } else {
            self.rebook_queued(at);
        }
    }

    /// A need is met: whoever waited for it last is released.
    pub(super) fn satisfy(&mut self, plan: &Plan, node: NodeIx) {
        let mut met = vec![node];
        while let Some(node) = met.pop() {
            for &next in plan.graph().successors(node) {
                let unmet = &mut self.unmet[next.at()];
                *unmet -= 1;
                if *unmet == 0 {
                    match plan.graph().node(next) {
                        Node::Barrier(_) => met.push(next),
                        Node::Unit(unit) if self.units[unit.at()].state == UnitState::Pending => {
                            self.released.insert(unit);
                        }
                        // Skipped or vouched for before its needs were met.
                        Node::Unit(_) => {}
                    }
                }
            }
        }
    }

    /// A need that was met is not any more.
    pub(super) fn unsatisfy(&mut self, plan: &Plan, node: NodeIx) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for &next in plan.graph().successors(node) {
                let unmet = &mut self.unmet[next.at()];
                *unmet += 1;
                if *unmet == 1 {
                    match plan.graph().node(next) {
                        Node::Barrier(_) => open.push(next),
                        Node::Unit(unit) => {
                            self.released.remove(&unit);
                        }
                    }
                }
            }
        }
    }
}
