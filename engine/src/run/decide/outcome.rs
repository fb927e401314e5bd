//! What follows from the end of an attempt.

use super::super::apply::Illegal;
use super::super::state::consent_ahead;
use super::super::{AttemptId, Cause, CauseKind, Control, Event, Flight, Outcome, Purpose, StepIx};
use super::turn::{Effect, Turn};
use crate::base::{Lang, Millis, Text};
use crate::plan::{OnFail, Phase, Step, UnitIx};

/// The part of its time limit, one in so many, that an attempt may lose while no engine lives and be started late all the same.
const LOST: u64 = 10;
/// Attempts beyond the ordinary ones that unknown outcomes may cost, before a person is asked after all.
const BLIND_TRIES: u32 = 5;

impl Turn<'_> {
    pub(super) fn outcome(&mut self, unit: UnitIx, attempt: AttemptId, outcome: Outcome) -> Result<(), Illegal> {
        let id = self.id(unit);
        let Some(flight) = self.state.unit(unit).flight.clone().filter(|flight| flight.attempt == attempt) else {
            return self.emit(Event::Late { unit: id, attempt, outcome });
        };
        let plan = self.plan;
        let Some(step) = plan.unit(unit).step(flight.step) else {
            return self.emit(Event::Late { unit: id, attempt, outcome });
        };
        let outcome = match flight.purpose {
            Purpose::Act if flight.timed_out => timed_out(outcome, step),
            // Ended before it could answer, it says `not done` about nothing.
            Purpose::Probe if flight.timed_out || flight.stopped => unanswered(outcome),
            Purpose::Act | Purpose::Probe => outcome,
        };
        self.emit(Event::Finished { unit: id, attempt, outcome: outcome.clone() })?;
        if self.state.control == Control::Abort {
            // The end of the turn cancels it.
            return Ok(());
        }
        if self.recalled(unit)? {
            return Ok(());
        }
        if flight.stopped && !matches!(outcome, Outcome::Succeeded { .. }) {
            return self.fail(unit, stopped());
        }
        match flight.purpose {
            // A question changes nothing: cut off with its engine, it is simply asked again.
            Purpose::Probe if flight.inherited && matches!(outcome, Outcome::Unknown { .. }) => Ok(()),
            Purpose::Probe => self.probe_answered(unit, step, flight.step, outcome),
            Purpose::Act => match outcome {
                Outcome::Succeeded { .. } => self.step_done(unit, flight.step + 1),
                Outcome::Failed { cause, .. } => self.attempt_failed(unit, step, flight.step, cause),
                Outcome::Unknown { why, .. } => self.attempt_unknown(unit, step, flight.number, why),
            },
        }
    }

    /// The attempt was recorded and not made: its engine died, or the record took its time. It is made now, as the same attempt. Where it is not wanted any
    /// more, or its time went by while nobody was there, it ends as what it is: never started.
    pub(super) fn never_started(&mut self, unit: UnitIx, attempt: AttemptId) -> Result<(), Illegal> {
        let Some(flight) = self.state.unit(unit).flight.clone().filter(|flight| flight.attempt == attempt) else {
            return Ok(());
        };
        let recalled = self.state.unit(unit).recalled.is_some();
        // Its limit counts from the record. Started with what is left of it, it would be ended long before its time.
        let limit = self.plan.unit(unit).step(flight.step).and_then(|step| step.timeout);
        let late = limit.is_some_and(|limit| self.now.since(flight.since) > Millis(limit.0 / LOST));
        if self.state.control != Control::Abort && !flight.stopped && !flight.timed_out && !late && !recalled {
            let Flight { attempt, step, number, purpose, .. } = flight;
            self.out.effects.push(Effect::Start { unit, step, attempt, number, purpose });
            return Ok(());
        }
        let cause = Cause::new(
            CauseKind::Spawn,
            "이 시도를 시작하기 전에 엔진이 종료되었거나, 시작을 기록하는 데 너무 오래 걸렸습니다",
            "the engine ended before it could start this attempt, or its start took too long to be recorded",
        );
        let outcome = Outcome::Failed { cause, seen: super::super::Seen::default() };
        // A question that was never asked says `not done` about nothing.
        let outcome = if flight.purpose == Purpose::Probe { unanswered(outcome) } else { outcome };
        self.emit(Event::Finished { unit: self.id(unit), attempt, outcome })?;
        if self.state.control != Control::Abort && self.recalled(unit)? {
            return Ok(());
        }
        if flight.stopped && self.state.control != Control::Abort {
            return self.fail(unit, stopped());
        }
        // Queued: unless the run is being aborted, the next dispatch makes a new attempt with all its time before it.
        Ok(())
    }

    fn probe_answered(&mut self, unit: UnitIx, step: &Step, place: StepIx, answer: Outcome) -> Result<(), Illegal> {
        match answer {
            Outcome::Succeeded { .. } => {
                let next = if step.probe_covers_unit { self.after_all_work(unit, place) } else { place + 1 };
                self.step_done(unit, next)
            }
            Outcome::Failed { cause, .. } => {
                let tries = self.state.unit(unit).tries;
                if tries >= most_tries(step) {
                    // Lost sight of again and again, and never done.
                    return self.fail(unit, cause);
                }
                // Not done: the unit is queued and the next dispatch attempts the step itself.
                Ok(())
            }
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

    fn attempt_unknown(&mut self, unit: UnitIx, step: &Step, number: u32, why: Text) -> Result<(), Illegal> {
        if step.already_done.is_some() {
            // Queued: the next dispatch asks the probe.
            return Ok(());
        }
        self.without_knowing(unit, step, number, why)
    }

    /// Repeats what may be repeated blindly; otherwise a person is asked.
    fn without_knowing(&mut self, unit: UnitIx, step: &Step, tries: u32, why: Text) -> Result<(), Illegal> {
        if step.may_repeat() && tries < most_tries(step) {
            // Queued: the next dispatch attempts the step itself.
            return Ok(());
        }
        self.emit(Event::Unknown { unit: self.id(unit), why })
    }

    /// Where a unit whose work is done already goes on: at its first post-check, or at a gate before it, since a probe
    /// gives no consent.
    fn after_all_work(&self, unit: UnitIx, place: StepIx) -> StepIx {
        let steps = &self.plan.unit(unit).steps;
        let stays = |step: &Step| step.phase == Phase::Post || self.plan.asks_consent(step);
        let from = usize::from(place) + 1;
        let next = steps.iter().skip(from).position(stays).map_or(steps.len(), |after| from + after);
        StepIx::try_from(next).unwrap_or(StepIx::MAX)
    }

    /// The unit failed for good; its `on_fail` says what follows. On the way back a person decides in any case.
    pub(super) fn fail(&mut self, unit: UnitIx, mut cause: Cause) -> Result<(), Illegal> {
        let undoing = self.state.unit(unit).undoing;
        let on_fail = if undoing { OnFail::Hold } else { self.plan.unit(unit).on_fail };
        let stays = if on_fail == OnFail::Rollback { self.stays_failed(unit) } else { None };
        if let Some(why) = &stays {
            cause.message = Text::new(
                format!("{}. 스스로 되돌리지 않은 까닭: {}", cause.message.get(Lang::Ko), why.get(Lang::Ko)),
                format!("{}; it is not rolled back by itself: {}", cause.message.get(Lang::En), why.get(Lang::En)),
            );
        }
        // What people refused, or were not asked yet, is not passed over by a setting.
        let gated = consent_ahead(self.plan, unit, self.state.unit(unit).step).is_some();
        let reason = cause.message.clone();
        let id = self.id(unit);
        self.emit(Event::Failed { unit: id.clone(), cause })?;
        match on_fail {
            OnFail::Hold => Ok(()),
            OnFail::Rollback if stays.is_some() => Ok(()),
            OnFail::Rollback => {
                self.emit(Event::RollbackAsked { unit: id, by: None, reason })?;
                self.wait_again(None, &self.plan.graph().downstream(unit))
            }
            OnFail::Skip if gated => Ok(()),
            OnFail::Skip => self.emit(Event::Skipped { unit: id, by: None, reason }),
            OnFail::Pause if self.state.control == Control::Go => self.emit(Event::Paused { by: None, reason }),
            OnFail::Pause => Ok(()),
            OnFail::Abort => self.abort(None, reason),
        }
    }

    pub(super) fn abort(&mut self, by: Option<super::super::Actor>, reason: Text) -> Result<(), Illegal> {
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
            let why = Text::new(
                "제때 끝낼 수 없었습니다. 아직 실행 중일 수 있습니다",
                "it could not be ended in time; it may still be at work",
            );
            let outcome = Outcome::Unknown { why, seen: super::super::Seen::default() };
            self.emit(Event::Finished { unit: self.id(unit), attempt, outcome })?;
        }
        Ok(())
    }

    /// Whether a unit has an attempt at work.
    pub(super) fn at_work(&self, unit: UnitIx) -> bool {
        let run = self.state.unit(unit);
        run.flight.is_some() || run.state.occupies()
    }
}

/// Attempts in all of a step whose outcome nobody can tell, until a person is asked after all.
const fn most_tries(step: &Step) -> u32 {
    step.retry.attempts.saturating_add(BLIND_TRIES)
}

fn stopped() -> Cause {
    Cause::new(
        CauseKind::Stopped,
        "운영자가 강제 종료했습니다. 단위를 재시도하거나, 건너뛰거나, 수동 확인하십시오",
        "an operator ended it; retry, skip or attest the unit",
    )
}

/// What a probe that was ended says: `done` if it still said so, otherwise nothing.
fn unanswered(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed { seen, .. } => {
            let why = Text::new(
                "이미 되어 있는지 묻는 점검이 답을 얻기 전에 끝났습니다",
                "the question whether it is already done was ended before it was answered",
            );
            Outcome::Unknown { why, seen }
        }
        other @ (Outcome::Succeeded { .. } | Outcome::Unknown { .. }) => other,
    }
}

/// An attempt that was ended because its time ran out failed by that; one that still succeeded, succeeded.
fn timed_out(outcome: Outcome, step: &Step) -> Outcome {
    match outcome {
        Outcome::Failed { seen, .. } => {
            let limit = step.timeout.unwrap_or_default();
            let cause = Cause::new(
                CauseKind::TimedOut,
                format!(
                    "{limit} 안에 끝나지 않아 종료했습니다. 출력을 보고 재시도하거나, 건너뛰거나, 수동 확인하십시오"
                ),
                format!("it was not done after {limit} and was ended; look at its output, then retry, skip or attest"),
            );
            Outcome::Failed { cause, seen }
        }
        other @ (Outcome::Succeeded { .. } | Outcome::Unknown { .. }) => other,
    }
}
