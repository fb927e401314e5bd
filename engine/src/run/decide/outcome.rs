//! What follows from the end of an attempt.

use super::super::apply::Illegal;
use super::super::{AttemptId, Cause, CauseKind, Control, Event, Outcome, Purpose, StepIx, UnitState};
use super::turn::{Effect, Turn};
use crate::plan::{OnFail, Phase, Step, UnitIx};

/// Unknown outcomes of a repeatable step beyond its ordinary tries, before a person is asked after all.
const BLIND_TRIES: u32 = 5;

impl Turn<'_> {
    pub(super) fn outcome(&mut self, unit: UnitIx, attempt: AttemptId, outcome: Outcome) -> Result<(), Illegal> {
        let id = self.id(unit);
        let Some(flight) = self.state.unit(unit).flight.clone().filter(|flight| flight.attempt == attempt) else {
            return self.emit(Event::Late { unit: id, attempt, outcome });
        };
        let plan = self.plan;
        let Some(step) = plan.unit(unit).steps.get(usize::from(flight.step)) else {
            return self.emit(Event::Late { unit: id, attempt, outcome });
        };
        let outcome = if flight.timed_out { timed_out(outcome, step) } else { outcome };
        self.emit(Event::Finished { unit: id, attempt, outcome: outcome.clone() })?;
        if self.state.control == Control::Abort {
            // The end of the turn cancels it.
            return Ok(());
        }
        match flight.purpose {
            Purpose::Probe => self.probe_answered(unit, step, flight.step, outcome),
            Purpose::Act => match outcome {
                Outcome::Succeeded { .. } => self.step_done(unit, flight.step + 1),
                Outcome::Failed { .. } if flight.stopped => self.fail(unit, stopped()),
                Outcome::Unknown { .. } if flight.stopped => self.fail(unit, stopped()),
                Outcome::Failed { cause, .. } => self.attempt_failed(unit, step, flight.step, cause),
                Outcome::Unknown { why, .. } => self.attempt_unknown(unit, step, flight.number, why),
            },
        }
    }

    /// The attempt was recorded, the keeper never saw it: it is made now, as the same attempt.
    pub(super) fn start_after_all(&mut self, unit: UnitIx, attempt: AttemptId) {
        let Some(flight) = self.state.unit(unit).flight.as_ref().filter(|flight| flight.attempt == attempt) else {
            return;
        };
        self.out.effects.push(Effect::Start {
            unit,
            step: flight.step,
            attempt,
            number: flight.number,
            purpose: flight.purpose,
        });
    }

    fn probe_answered(&mut self, unit: UnitIx, step: &Step, place: StepIx, answer: Outcome) -> Result<(), Illegal> {
        match answer {
            Outcome::Succeeded { .. } => {
                let next = if step.probe_covers_unit { self.first_post(unit) } else { place + 1 };
                self.step_done(unit, next)
            }
            // Not done: the unit is queued and the next dispatch attempts the step itself.
            Outcome::Failed { .. } => Ok(()),
            Outcome::Unknown { why, .. } => {
                let tries = self.state.unit(unit).tries;
                self.without_knowing(unit, step, tries, why)
            }
        }
    }

    fn attempt_failed(&mut self, unit: UnitIx, step: &Step, place: StepIx, cause: Cause) -> Result<(), Illegal> {
        let tries = self.state.unit(unit).tries;
        if tries < step.retry.attempts && cause.kind != CauseKind::Refused {
            let due = self.now.plus(step.retry.every);
            return self.emit(Event::RetryScheduled { unit: self.id(unit), step: place, due });
        }
        self.fail(unit, cause)
    }

    fn attempt_unknown(&mut self, unit: UnitIx, step: &Step, number: u32, why: String) -> Result<(), Illegal> {
        if step.already_done.is_some() {
            // Queued: the next dispatch asks the probe.
            return Ok(());
        }
        self.without_knowing(unit, step, number, why)
    }

    /// Repeats what may be repeated blindly; otherwise a person is asked.
    fn without_knowing(&mut self, unit: UnitIx, step: &Step, tries: u32, why: String) -> Result<(), Illegal> {
        if step.may_repeat() && tries < step.retry.attempts.saturating_add(BLIND_TRIES) {
            // Queued: the next dispatch attempts the step itself.
            return Ok(());
        }
        self.emit(Event::Unknown { unit: self.id(unit), why })
    }

    fn first_post(&self, unit: UnitIx) -> StepIx {
        let steps = &self.plan.unit(unit).steps;
        let first = steps.iter().position(|step| step.phase == Phase::Post).unwrap_or(steps.len());
        StepIx::try_from(first).unwrap_or(StepIx::MAX)
    }

    /// The unit failed for good; its `on_fail` says what follows.
    pub(super) fn fail(&mut self, unit: UnitIx, cause: Cause) -> Result<(), Illegal> {
        let rejected = cause.kind == CauseKind::Rejected;
        let reason = cause.message.clone();
        let id = self.id(unit);
        self.emit(Event::Failed { unit: id.clone(), cause })?;
        match self.plan.unit(unit).on_fail {
            OnFail::Hold => Ok(()),
            // What people refused is not passed over by a setting.
            OnFail::Skip if rejected => Ok(()),
            OnFail::Skip => self.emit(Event::Skipped { unit: id, by: None, reason }),
            OnFail::Pause if self.state.control == Control::Go => self.emit(Event::Paused { by: None, reason }),
            OnFail::Pause => Ok(()),
            OnFail::Abort => self.abort(None, reason),
        }
    }

    pub(super) fn abort(&mut self, by: Option<super::super::Actor>, reason: String) -> Result<(), Illegal> {
        self.emit(Event::AbortRequested { by, reason })?;
        let kills: Vec<Effect> =
            self.state.flights().map(|(_, flight)| Effect::Kill { attempt: flight.attempt }).collect();
        self.out.effects.extend(kills);
        Ok(())
    }

    /// Ends the attempt of a unit; what follows comes with its outcome.
    pub(super) fn kill(&mut self, attempt: AttemptId) {
        self.out.effects.push(Effect::Kill { attempt });
    }

    /// Gives up on attempts that an abort could not end in time.
    pub(super) fn give_up(&mut self) -> Result<(), Illegal> {
        let stuck: Vec<(UnitIx, AttemptId)> =
            self.state.flights().map(|(unit, flight)| (unit, flight.attempt)).collect();
        for (unit, attempt) in stuck {
            let why = "it could not be ended in time; it may still be at work".to_owned();
            let outcome = Outcome::Unknown { why, seen: super::super::Seen::default() };
            self.emit(Event::Finished { unit: self.id(unit), attempt, outcome })?;
        }
        Ok(())
    }

    /// Whether a unit has an attempt at work.
    pub(super) fn at_work(&self, unit: UnitIx) -> bool {
        let run = self.state.unit(unit);
        run.flight.is_some() || matches!(run.state, UnitState::Running | UnitState::Verifying)
    }
}

fn stopped() -> Cause {
    Cause { kind: CauseKind::Stopped, message: "an operator ended it; retry, skip or attest the unit".to_owned() }
}

/// An attempt that was ended because its time ran out failed by that; one that still succeeded, succeeded.
fn timed_out(outcome: Outcome, step: &Step) -> Outcome {
    match outcome {
        Outcome::Failed { seen, .. } => {
            let limit = step.timeout.unwrap_or_default();
            let message =
                format!("it was not done after {limit} and was ended; look at its output, then retry, skip or attest");
            Outcome::Failed { cause: Cause { kind: CauseKind::TimedOut, message }, seen }
        }
        other @ (Outcome::Succeeded { .. } | Outcome::Unknown { .. }) => other,
    }
}
