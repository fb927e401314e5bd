//! What is done about manual work that is open.

use super::super::manual::{Handed, Reported, Tick};
use super::super::state::State;
use super::super::{Actor, ManualWork, UnitState};
use super::Illegal;
use super::shift::mismatch;
use crate::base::Timestamp;
use crate::plan::{Plan, UnitIx};

impl State {
    pub(super) fn worked(
        &mut self,
        plan: &Plan,
        at: Timestamp,
        ix: UnitIx,
        by: &Actor,
        work: &ManualWork,
    ) -> Result<(), Illegal> {
        let seq = self.seq;
        let unit = &mut self.units[ix.at()];
        let is_open = unit.state == UnitState::AwaitingManual;
        let open = unit.manual.as_mut().filter(|_| is_open);
        let open = open.ok_or_else(|| mismatch(seq, plan, ix, "manual work that is open"))?;
        let name = by.name.clone();
        match work {
            ManualWork::Claimed => (open.holder, open.assigned_by) = (Some(name), None),
            ManualWork::Released => (open.holder, open.assigned_by) = (None, None),
            ManualWork::Assigned { to } => (open.holder, open.assigned_by) = (Some(to.clone()), Some(name)),
            ManualWork::Ticked { item, result, note } => {
                open.ticks.insert(*item, Tick { by: name, result: *result, note: note.clone() });
            }
            ManualWork::Attached { file } => open.files.push(Handed { by: name, file: file.clone() }),
            ManualWork::Reported { result, evidence, measure } => {
                let (by, evidence, measure) = (by.clone(), evidence.clone(), measure.clone());
                open.reported = Some(Reported { at, by, result: *result, evidence, measure });
                open.sent_back = None;
            }
            ManualWork::Checked { accepted, comment } => {
                let reported = open.reported.take();
                let reported = reported.ok_or_else(|| mismatch(seq, plan, ix, "report that could be checked"))?;
                if !accepted {
                    (open.holder, open.assigned_by) = (Some(reported.by.name), None);
                    open.sent_back = Some((name, comment.clone()));
                }
            }
        }
        Ok(())
    }
}
