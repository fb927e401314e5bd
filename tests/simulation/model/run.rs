//! Every event is held against the rules and taken in: those of the run here, those of a unit by their families.

use engine::base::{Mode, Timestamp};
use engine::run::{End, Event};

use super::rule::{Verdict, rule};
use super::told::{Model, satisfied};
use crate::books::account_of_run;

impl Model<'_> {
    /// Holds the next event against the rules and takes it in.
    pub(crate) fn take(&mut self, at: Timestamp, event: &Event) -> Verdict {
        rule!(at >= self.last, "time goes back at {event:?}");
        self.last = at;
        if self.ended.is_some() {
            let may_follow = matches!(
                event,
                Event::Late { .. } | Event::Obeyed { .. } | Event::Marked { .. } | Event::Adopted { .. }
            );
            rule!(may_follow, "{event:?} follows the end");
        }
        let voted = self.voted_just_now.take();
        match event.unit() {
            Some(unit) => {
                let unit = self.ix(unit);
                rule!(unit < self.units.len(), "{event:?} is about no unit of the plan");
                self.take_unit(at, unit, event, voted)?;
            }
            None => self.take_run(at, event)?,
        }
        if let Some((end, _)) = self.ended {
            self.book.enter(end, None);
        } else {
            let account = account_of_run(self.held, self.adopted, self.units.iter().map(|unit| unit.state));
            self.book.enter(at, Some(if self.held && self.unseconded { "gate" } else { account }));
        }
        Ok(())
    }

    pub(super) fn take_run(&mut self, at: Timestamp, event: &Event) -> Verdict {
        match event {
            Event::Adopted { .. } => self.adopted = true,
            Event::Marked { mark, value, .. } => {
                rule!(*value <= at, "a mark lies in the future");
                self.marks.insert(*mark, *value);
            }
            Event::RtoExceeded { service } => {
                let scope = service.as_ref().map(|id| id.as_str().to_owned());
                rule!(self.late.insert(scope.clone()), "{scope:?} is said to be late twice");
                let (rto, open) = self.scope(scope.as_deref());
                rule!(open, "{scope:?} is said to be late although all of it is there");
                let counts = self.origin().zip(rto);
                let late = counts.is_some_and(|(origin, rto)| self.holds.counted(origin, at) > rto);
                rule!(late, "{scope:?} is said to be late too early");
            }
            Event::Paused { .. } => {
                rule!(!self.held && !self.aborting, "paused while paused or aborting");
                self.held = true;
                self.rebook_queued(at);
            }
            Event::ExerciseHeld { .. } => {
                rule!(self.mode != Mode::Real, "a real run is held as if it were an exercise");
                rule!(!self.holds.is_open() && !self.aborting, "held while held or aborting");
                self.held = true;
                self.holds.begin(at);
                self.rebook_queued(at);
            }
            Event::Resumed { by } => {
                self.holds.end(at);
                rule!(self.held, "resumed while not paused");
                rule!(!self.unseconded || by.name.as_str() != self.requester, "confirmed by who declared it");
                (self.held, self.unseconded) = (false, false);
                self.rebook_queued(at);
            }
            Event::AbortRequested { .. } => {
                rule!(!self.aborting, "aborted twice");
                self.aborting = true;
                self.holds.end(at);
                self.held = false;
                self.rebook_queued(at);
            }
            Event::Stalled => {
                rule!(self.status() == "failed", "stalled while {}", self.status());
            }
            Event::Ended { end } => {
                let all = self.units.iter().all(|unit| satisfied(unit.state));
                match end {
                    End::Completed => rule!(all && !self.aborting, "completed although something is left"),
                    End::Aborted => rule!(self.aborting, "ended as aborted without an abort"),
                }
                rule!(self.units.iter().all(|unit| unit.at_work.is_none()), "ended with an attempt at work");
                self.ended = Some((at, *end));
                self.holds.end(at);
                for unit in &mut self.units {
                    unit.book.enter(at, None);
                    if unit.eligible.is_some() {
                        unit.settled.get_or_insert(at);
                    }
                }
            }
            Event::Obeyed { .. } => {}
            other => return Err(format!("{other:?} is about no unit, or a second declaration")),
        }
        Ok(())
    }

    pub(super) fn take_unit(&mut self, at: Timestamp, unit: usize, event: &Event, voted: Option<usize>) -> Verdict {
        let state = self.units[unit].state;
        let settled = ["ready", "attested", "skipped", "not_selected", "cancelled", "rolled_back"].contains(&state);
        let decides = matches!(event, Event::Attested { .. } | Event::Skipped { .. }) && state == "rolled_back";
        let revives = matches!(
            event,
            Event::Reset { .. }
                | Event::Rewound { .. }
                | Event::Late { .. }
                | Event::RollbackAsked { .. }
                | Event::Locked { .. }
        );
        rule!(!settled || revives || decides, "{event:?} reaches a unit that is {state}");
        if self.take_back(at, unit, event)? {
            return Ok(());
        }
        match event {
            Event::Started { .. }
            | Event::TimedOut { .. }
            | Event::StopRequested { .. }
            | Event::Finished { .. }
            | Event::Late { .. }
            | Event::RetryScheduled { .. }
            | Event::Requeued { .. }
            | Event::Passed { .. }
            | Event::StepDone { .. }
            | Event::Ready { .. }
            | Event::Failed { .. }
            | Event::Unknown { .. } => self.take_attempt(at, unit, event),
            Event::GateOpened { .. }
            | Event::Voted { .. }
            | Event::GateReminded { .. }
            | Event::GateEscalated { .. }
            | Event::GateOverdue { .. }
            | Event::GateDecided { .. }
            | Event::ManualOpened { .. }
            | Event::ManualWorked { .. }
            | Event::ManualClosed { .. } => self.take_answer(at, unit, event, voted),
            Event::Attested { .. }
            | Event::Skipped { .. }
            | Event::Cancelled { .. }
            | Event::Reset { .. }
            | Event::Rewound { .. } => self.take_decision(at, unit, event),
            Event::Eligible { .. }
            | Event::LockAwaited { .. }
            | Event::Locked { .. }
            | Event::Judged { .. }
            | Event::Decided { .. }
            | Event::NotSelected { .. }
            | Event::TargetExceeded { .. } => self.take_entrance(at, unit, event),
            other => Err(format!("{other:?} is about a unit")),
        }
    }
}
