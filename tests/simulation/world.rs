//! What lies outside the engine: attempts that really begin, end, hang or get lost, whatever the engine believes.

use std::collections::BTreeMap;

use engine::base::{Millis, Text, Timestamp};
use engine::plan::{Action, Plan, Probe, UnitIx};
use engine::run::{
    AttemptId, Cause, CauseKind, ClockBy, ClockOffset, Effect, HostClock, Input, Outcome, Purpose, Seen, StepIx,
};

use crate::chance::Chance;

/// An attempt as it really is.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "the four are independent of each other")]
pub(crate) struct Real {
    pub(crate) unit: UnitIx,
    /// A keeper holds it, so it outlives the engine.
    held: bool,
    began: bool,
    /// An engine waits for its end.
    watched: bool,
    /// Nothing will come of it any more.
    gone: bool,
    ends: Option<Timestamp>,
    outcome: Outcome,
}

/// The world of one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) attempts: BTreeMap<u32, Real>,
    /// Answers on their way to the engine.
    pub(crate) inbox: Vec<Input>,
    /// Whether everything goes well from now on.
    pub(crate) calm: bool,
}

pub(crate) fn succeeded() -> Outcome {
    Outcome::Succeeded { seen: Seen::default() }
}

pub(crate) fn failed(kind: CauseKind) -> Outcome {
    let message = Text::plain("it did not work");
    Outcome::Failed { cause: Cause { kind, message }, seen: Seen::default() }
}

pub(crate) fn unknown() -> Outcome {
    Outcome::Unknown { why: Text::plain("nobody saw its end"), seen: Seen::default() }
}

/// What somebody reads of another clock, if he does.
pub(crate) fn clock(chance: &mut Chance) -> Option<ClockOffset> {
    let (far, doubt) = (chance.between(0, 4_000), chance.between(1, 900));
    let offset = i64::try_from(far).unwrap() - 2_000;
    chance.percent(50).then_some(ClockOffset { offset, doubt: Millis(doubt) })
}

/// The attempt goes to a host, perhaps, and reads its clock.
fn tell_time(outcome: &mut Outcome, chance: &mut Chance, now: Timestamp) {
    let (Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. }) = outcome;
    for host in ["ap1", "db"] {
        let host = host.parse().unwrap();
        let read = clock(chance).map(|offset| HostClock { host, at: now, by: ClockBy::Ssh, offset });
        seen.clocks.extend(read);
    }
}

/// Whether a keeper holds such an attempt.
pub(crate) fn is_held(plan: &Plan, unit: UnitIx, step: StepIx, purpose: Purpose) -> bool {
    let step = plan.unit(unit).step(step).unwrap();
    match purpose {
        Purpose::Act => matches!(step.action, Action::Command(_)),
        Purpose::Probe => matches!(step.already_done, Some(Probe::Command(_))),
    }
}

impl World {
    /// Performs an effect. What must never be asked for is an error.
    pub(crate) fn perform(
        &mut self,
        plan: &Plan,
        chance: &mut Chance,
        now: Timestamp,
        effect: &Effect,
    ) -> Result<(), String> {
        match effect {
            Effect::Start { unit, step, attempt, purpose, .. } => {
                let real = self.attempts.entry(attempt.0).or_insert_with(|| Real {
                    unit: *unit,
                    held: is_held(plan, *unit, *step, *purpose),
                    began: false,
                    watched: false,
                    gone: false,
                    ends: None,
                    outcome: unknown(),
                });
                if real.began || real.gone {
                    return Err(format!("attempt {} is started twice", attempt.0));
                }
                real.began = true;
                real.watched = true;
                (real.outcome, real.ends) = course(chance, now, self.calm);
                tell_time(&mut real.outcome, chance, now);
                Ok(())
            }
            Effect::Reattach { unit, step, attempt, purpose, .. } => {
                self.reattach(plan, chance, *unit, *step, *attempt, *purpose);
                Ok(())
            }
            Effect::Kill { attempt } => {
                let calm = self.calm;
                let running = self
                    .attempts
                    .get_mut(&attempt.0)
                    .filter(|real| real.began && !real.gone && real.ends.is_none_or(|ends| ends > now));
                if let Some(real) = running {
                    real.ends = Some(now.plus(Millis::seconds(chance.between(0, 3))));
                    real.outcome = failed(CauseKind::Signal);
                    match chance.below(20) {
                        0 if !calm => real.ends = None,
                        1 | 2 => real.outcome = succeeded(),
                        3 | 4 if !calm => real.outcome = unknown(),
                        _ => {}
                    }
                }
                Ok(())
            }
        }
    }

    fn reattach(
        &mut self,
        plan: &Plan,
        chance: &mut Chance,
        unit: UnitIx,
        step: StepIx,
        attempt: AttemptId,
        purpose: Purpose,
    ) {
        let held = is_held(plan, unit, step, purpose);
        let lost = Input::Outcome { unit, attempt, outcome: unknown() };
        let keeper_lives = held && (self.calm || chance.percent(90));
        match self.attempts.get_mut(&attempt.0).filter(|real| real.began) {
            Some(real) if keeper_lives && !real.gone => real.watched = true,
            Some(real) => {
                real.gone = true;
                self.inbox.push(lost);
            }
            None if keeper_lives => self.inbox.push(Input::NeverStarted { unit, attempt }),
            None => {
                let gone =
                    Real { unit, held, began: false, watched: false, gone: true, ends: None, outcome: unknown() };
                self.attempts.insert(attempt.0, gone);
                self.inbox.push(lost);
            }
        }
    }

    /// The engine died: what lived inside it is gone, answers on their way are lost.
    pub(crate) fn engine_died(&mut self) {
        self.inbox.clear();
        for real in self.attempts.values_mut() {
            real.watched = false;
            real.gone |= !real.held && real.began;
        }
    }

    /// The next end that somebody waits for.
    pub(crate) fn next_end(&self) -> Option<Timestamp> {
        self.attempts.values().filter(|real| real.watched && !real.gone).filter_map(|real| real.ends).min()
    }

    /// Whether an attempt will never end by itself.
    pub(crate) fn hangs(&self, attempt: AttemptId) -> bool {
        self.attempts.get(&attempt.0).is_some_and(|real| real.began && !real.gone && real.ends.is_none())
    }

    /// What has come to an end by now, as the engine hears of it.
    pub(crate) fn ended(&mut self, now: Timestamp) -> Vec<Input> {
        let mut heard = std::mem::take(&mut self.inbox);
        for (attempt, real) in &mut self.attempts {
            if real.watched && !real.gone && real.ends.is_some_and(|ends| ends <= now) {
                real.watched = false;
                let outcome = real.outcome.clone();
                heard.push(Input::Outcome { unit: real.unit, attempt: AttemptId(*attempt), outcome });
            }
        }
        heard
    }

    /// An end that was heard of before, or of something nobody waits for.
    pub(crate) fn echo(&self, chance: &mut Chance) -> Option<Input> {
        let over: Vec<(&u32, &Real)> =
            self.attempts.iter().filter(|(_, real)| real.began && !real.watched && !real.gone).collect();
        if over.is_empty() {
            return None;
        }
        let (attempt, real) = *chance.pick(&over);
        let outcome = if chance.percent(50) { succeeded() } else { failed(CauseKind::Exit) };
        Some(Input::Outcome { unit: real.unit, attempt: AttemptId(*attempt), outcome })
    }
}

/// How an attempt goes, decided when it begins.
fn course(chance: &mut Chance, now: Timestamp, calm: bool) -> (Outcome, Option<Timestamp>) {
    let ends = now.plus(Millis::seconds(chance.between(0, if calm { 1 } else { 15 })));
    if calm {
        return (succeeded(), Some(ends));
    }
    match chance.below(100) {
        0..60 => (succeeded(), Some(ends)),
        60..80 => (failed(CauseKind::Exit), Some(ends)),
        80..82 => (failed(CauseKind::Refused), Some(ends)),
        82..93 => (unknown(), Some(ends)),
        _ => (succeeded(), None),
    }
}
