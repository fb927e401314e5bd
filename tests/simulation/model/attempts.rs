//! Attempts: how they begin, end, and are tried again.

use engine::base::Timestamp;
use engine::plan::{Action, Phase};
use engine::run::{AttemptId, Event, Outcome, Purpose};

use super::rule::{Verdict, rule};
use super::told::{AtWork, Model, at_work_in, harmless, is_gate};

impl Model<'_> {
    /// Takes in what happens to the steps of a unit.
    pub(super) fn take_attempt(&mut self, at: Timestamp, unit: usize, event: &Event) -> Verdict {
        let state = self.units[unit].state;
        match event {
            Event::Started { step, attempt, number, purpose, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                self.may_attempt(at, unit, *attempt, *number, *purpose)?;
                let phase = self.step(unit).phase;
                let acts = *purpose == Purpose::Act;
                self.go(at, unit, at_work_in(phase, acts));
                if acts {
                    self.begin(unit);
                }
                let told = &mut self.units[unit];
                let since = at;
                let (timed_out, stopped) = (false, false);
                told.at_work =
                    Some(AtWork { attempt: *attempt, step: told.step, purpose: *purpose, since, timed_out, stopped });
                told.granted = None;
                told.due = None;
                if acts {
                    told.tries = *number;
                    told.unprobed.insert(told.step);
                }
            }
            Event::TimedOut { attempt, .. } => {
                let timeout = self.step(unit).timeout;
                let Some(work) = self.units[unit].at_work.as_mut().filter(|work| work.attempt == *attempt) else {
                    return Err("an attempt that is not at work ran out of time".to_owned());
                };
                rule!(!work.timed_out, "an attempt ran out of time twice");
                rule!(
                    timeout.is_some_and(|limit| at >= work.since.plus(limit)),
                    "an attempt ran out of time too early"
                );
                work.timed_out = true;
            }
            Event::StopRequested { attempt, .. } => {
                let Some(work) = self.units[unit].at_work.as_mut().filter(|work| work.attempt == *attempt) else {
                    return Err("an attempt that is not at work is stopped".to_owned());
                };
                work.stopped = true;
            }
            Event::Finished { attempt, outcome, .. } => self.take_finish(at, unit, *attempt, outcome)?,
            Event::Late { attempt, .. } => {
                let mine = self.units[unit].at_work.as_ref().is_some_and(|work| work.attempt == *attempt);
                rule!(!mine, "an attempt at work is called late");
            }
            Event::RetryScheduled { due, .. } => {
                let retry = self.step(unit).retry;
                rule!(self.units[unit].tries < retry.attempts, "more tries than the runbook allows");
                rule!(!self.units[unit].back.called, "tried again although it was called back");
                rule!(*due == at.plus(retry.every), "a retry at another time than the runbook says");
                self.units[unit].due = Some(*due);
                self.go(at, unit, "retry_wait");
            }
            Event::Requeued { .. } => {
                rule!(state == "retry_wait", "requeued while {state}");
                rule!(self.units[unit].due.is_some_and(|due| at >= due), "requeued too early");
                self.go(at, unit, "queued");
            }
            Event::Passed { step, until, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                match (&self.step(unit).action, until) {
                    (Action::Wait(time), Some(until)) => rule!(*until == at.plus(*time), "a wait of another length"),
                    (Action::Mark(_), None) => {}
                    (other, _) => return Err(format!("{other:?} can not be passed")),
                }
                self.units[unit].due = *until;
                self.units[unit].granted = Some(Purpose::Act);
                self.begin(unit);
                let phase = self.step(unit).phase;
                self.go(at, unit, at_work_in(phase, true));
            }
            Event::StepDone { next, .. } => {
                let next = usize::from(*next);
                self.leave(at, unit, next)?;
                let told = &mut self.units[unit];
                if next != told.step {
                    told.granted = None;
                }
                let usable = self.plan.units()[unit].usable;
                told.usable |= !told.back.going && usable.is_some_and(|usable| next > usize::from(usable.after));
                told.step = next;
                told.tries = 0;
                told.due = None;
                self.go(at, unit, "queued");
            }
            Event::Ready { .. } => {
                let steps = self.plan.units()[unit].steps.len();
                rule!(!self.units[unit].back.going, "ready on the way back");
                self.leave(at, unit, steps)?;
                self.settle(at, unit, "ready");
            }
            Event::Failed { .. } => {
                self.units[unit].granted = None;
                self.go(at, unit, "failed");
            }
            Event::Unknown { .. } => {
                rule!(self.units[unit].at_work.is_none(), "unknown while at work");
                self.go(at, unit, "unknown");
            }
            other => return Err(format!("{other:?} is told elsewhere")),
        }
        Ok(())
    }

    pub(super) fn take_finish(&mut self, at: Timestamp, unit: usize, attempt: AttemptId, outcome: &Outcome) -> Verdict {
        let Some(work) = self.units[unit].at_work.take_if(|work| work.attempt == attempt) else {
            return Err("an attempt that is not at work ends".to_owned());
        };
        let step = self.plan.units()[unit].step(u16::try_from(work.step).unwrap()).unwrap();
        let told = &mut self.units[unit];
        match (work.purpose, outcome) {
            (purpose, Outcome::Succeeded { .. }) => told.granted = Some(purpose),
            (Purpose::Act, Outcome::Failed { .. }) => {}
            (Purpose::Act, Outcome::Unknown { .. }) => {
                if !harmless(step) {
                    told.in_doubt.insert(work.step);
                }
            }
            (Purpose::Probe, Outcome::Failed { .. }) => {
                rule!(!work.timed_out && !work.stopped, "a probe that was ended says `not done`");
                told.in_doubt.remove(&work.step);
                told.unprobed.remove(&work.step);
            }
            (Purpose::Probe, Outcome::Unknown { .. }) => {
                if harmless(step) {
                    told.unprobed.remove(&work.step);
                }
            }
        }
        self.go(at, unit, "queued");
        Ok(())
    }

    /// The step at hand was begun.
    pub(super) fn begin(&mut self, unit: usize) {
        let told = &mut self.units[unit];
        if !told.back.going {
            told.back.begun.insert(told.step);
        }
    }

    /// The step at hand is left for `next`: what lies between them is done, on the way forward.
    pub(super) fn leave(&mut self, at: Timestamp, unit: usize, next: usize) -> Verdict {
        if self.units[unit].back.going {
            self.may_leave_back(at, unit, next)?;
            let told = &mut self.units[unit];
            if next != told.step {
                told.back.walked.insert(told.step);
            }
            return Ok(());
        }
        self.may_leave(at, unit, next)?;
        let told = &mut self.units[unit];
        told.back.begun.extend(told.step..next);
        told.back.finished.extend(told.step..next);
        Ok(())
    }

    /// A step is left only when it was done; a probe may leave all work behind, but no gate.
    pub(super) fn may_leave(&self, at: Timestamp, unit: usize, next: usize) -> Verdict {
        let told = &self.units[unit];
        let steps = &self.plan.units()[unit].steps;
        let Some(by) = told.granted else { return Err("a step is left that was not done".to_owned()) };
        rule!(told.due.is_none_or(|due| at >= due), "a wait is over too early");
        rule!(next >= told.step, "a unit goes back by itself");
        let far = next > told.step + 1;
        let covers = by == Purpose::Probe && steps[told.step].probe_covers_unit;
        rule!(!far || covers, "steps are left out");
        if far {
            let left_out = &steps[told.step + 1..next];
            rule!(
                left_out.iter().all(|step| step.phase != Phase::Post && !is_gate(step)),
                "a check or a gate is left out"
            );
        }
        Ok(())
    }
}
