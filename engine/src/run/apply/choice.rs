//! What conditions and decisions make of their units.

use super::super::state::State;
use super::super::{Decided, Judged, UnitState};
use super::Illegal;
use super::shift::mismatch;
use crate::base::Timestamp;
use crate::plan::{Action, Plan, UnitIx};

impl State {
    pub(super) fn judge(&mut self, plan: &Plan, ix: UnitIx, judged: Judged) -> Result<(), Illegal> {
        let waits = self.units[ix.at()].state == UnitState::Pending && self.unmet[ix.at()] == 0;
        if plan.unit(ix).when.is_none() || !waits {
            return Err(mismatch(self.seq, plan, ix, "condition to be judged now"));
        }
        self.units[ix.at()].judged = Some(judged);
        Ok(())
    }

    pub(super) fn decide(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, decided: Decided) -> Result<(), Illegal> {
        let queued = self.units[ix.at()].state == UnitState::Queued;
        let step = self.step(plan, ix).filter(|_| queued);
        let Some(Action::Decision(decision)) = step.map(|step| &step.action) else {
            return Err(mismatch(self.seq, plan, ix, "decision to be made now"));
        };
        if decided.branch.as_ref().is_some_and(|branch| decision.branch(branch).is_none()) {
            return Err(mismatch(self.seq, plan, ix, "branch"));
        }
        let unit = &mut self.units[ix.at()];
        unit.started_at.get_or_insert(at);
        unit.decided = Some(decided);
        Ok(())
    }
}
