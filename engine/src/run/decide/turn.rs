//! One turn: an input comes in, facts and effects come out.

use std::collections::BTreeSet;

use super::super::apply::Illegal;
use super::super::authority::Denial;
use super::super::state::State;
use super::super::{
    Answer, AttemptId, Claim, ClockOffset, Control, End, Event, Header, News, Outcome, Purpose, RunStatus, StepIx,
    Submission, UnitState,
};
use crate::base::{RequestId, Text, Timestamp, UnitId};
use crate::plan::{MarkKind, Plan, UnitIx};

/// What comes in.
#[derive(Debug, Clone)]
pub enum Input {
    /// This engine owns the run now.
    Adopt {
        /// Its name, for people.
        engine: String,
        /// Its fencing token.
        token: u64,
        /// How far the clock of the store is ahead of its own, where it could be asked.
        clock: Option<ClockOffset>,
    },
    /// An attempt ended.
    Outcome {
        /// The unit.
        unit: UnitIx,
        /// The attempt.
        attempt: AttemptId,
        /// How.
        outcome: Outcome,
    },
    /// Asked to re-attach, the keeper says that this attempt never began.
    NeverStarted {
        /// The unit.
        unit: UnitIx,
        /// The attempt.
        attempt: AttemptId,
    },
    /// What came of the wish for the locks of a unit.
    Claimed {
        /// The unit.
        unit: UnitIx,
        /// What the store says.
        claim: Claim,
    },
    /// What a unit that waits for another run heard of it.
    Heard {
        /// The unit.
        unit: UnitIx,
        /// What it heard.
        news: News,
    },
    /// Somebody asks for something.
    Submission(Submission),
    /// Time has passed.
    Tick,
}

/// What a decision may depend on besides plan, state and input.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The instant.
    pub now: Timestamp,
    /// The keeper that commands would be handed to.
    pub keeper: Option<String>,
    /// The engine is on its way out: nothing new is started.
    pub draining: bool,
}

/// What is to be done once the events are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make an attempt.
    Start {
        /// The unit.
        unit: UnitIx,
        /// The step.
        step: StepIx,
        /// The attempt.
        attempt: AttemptId,
        /// Its number among the attempts of the step.
        number: u32,
        /// What for.
        purpose: Purpose,
    },
    /// Find an attempt of an earlier engine again.
    Reattach {
        /// The unit.
        unit: UnitIx,
        /// The step.
        step: StepIx,
        /// The attempt.
        attempt: AttemptId,
        /// Its number among the attempts of the step.
        number: u32,
        /// What for.
        purpose: Purpose,
        /// The keeper that was recorded.
        keeper: Option<String>,
    },
    /// End an attempt: grace, then kill.
    Kill {
        /// The attempt.
        attempt: AttemptId,
    },
}

/// What came of a turn.
#[derive(Debug, Default)]
pub struct Decision {
    /// Facts, in order.
    pub events: Vec<(Timestamp, Event)>,
    /// To be performed once the facts are durable, in order.
    pub effects: Vec<Effect>,
    /// The answer to a submission, to be stored with the facts.
    pub answer: Option<(RequestId, Answer)>,
}

/// The first events of a run: its declaration and the marks known by then.
pub fn declare(
    plan: &Plan,
    header: Header,
    marks: &[(MarkKind, Timestamp)],
    now: Timestamp,
) -> Result<(State, Vec<(Timestamp, Event)>), Illegal> {
    let requester = header.requester.clone();
    let first = Event::Declared(Box::new(header));
    let mut state = State::begin(plan, now, &first)?;
    let mut events = vec![(now, first)];
    for (mark, value) in marks {
        let by = Some(requester.clone());
        let event = Event::Marked { mark: *mark, value: *value, by, reason: String::new() };
        state.apply(plan, now, &event)?;
        events.push((now, event));
    }
    if state.awaits_second() {
        let reason = Text::new(
            "실제 모드의 선포라 다른 사람의 확인을 기다립니다. 확인 전에는 아무것도 시작하지 않습니다",
            "declared for real: another person must confirm it, and nothing is started before",
        );
        let event = Event::Paused { by: None, reason };
        state.apply(plan, now, &event)?;
        events.push((now, event));
    }
    Ok((state, events))
}

/// Decides. On `Err` the state is not usable any more: load it again from the journal.
pub fn decide(plan: &Plan, state: &mut State, input: Input, around: &Surroundings) -> Result<Decision, Illegal> {
    let mut turn = Turn { plan, state, around, now: around.now, out: Decision::default(), doubtful: BTreeSet::new() };
    // The wall clock may step back; the journal does not.
    turn.now = turn.now.max(turn.state.last_at);
    match input {
        Input::Adopt { engine, token, clock } => turn.adopt(engine, token, clock)?,
        // An end that comes together with its time-out came in time.
        Input::Outcome { unit, attempt, outcome } => turn.outcome(unit, attempt, outcome)?,
        Input::NeverStarted { unit, attempt } => {
            turn.timers()?;
            turn.never_started(unit, attempt)?;
        }
        // What people ask is judged as of now: by then a gate may be overdue.
        Input::Submission(submission) => {
            turn.timers()?;
            turn.submission(submission)?;
        }
        Input::Claimed { unit, claim } => turn.claimed(unit, claim)?,
        Input::Heard { unit, news } => turn.heard(unit, news)?,
        Input::Tick => {}
    }
    turn.timers()?;
    turn.go_on()?;
    Ok(turn.out)
}

/// A turn in the making.
pub(super) struct Turn<'a> {
    pub(super) plan: &'a Plan,
    pub(super) state: &'a mut State,
    pub(super) around: &'a Surroundings,
    pub(super) now: Timestamp,
    pub(super) out: Decision,
    /// Units that may not be part of the run any more.
    pub(super) doubtful: BTreeSet<UnitIx>,
}

/// Why a request is not carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: Text,
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        Self { code: denial.code, message: denial.message }
    }
}

/// Either the journal and the tables disagree, or the request is simply refused.
#[derive(Debug)]
pub(super) enum Stop {
    Illegal(Illegal),
    Refused(Refusal),
}

impl From<Illegal> for Stop {
    fn from(illegal: Illegal) -> Self {
        Self::Illegal(illegal)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Turn<'_> {
    /// Records a fact: the state takes it in at once, so what is decided next already sees it.
    pub(super) fn emit(&mut self, event: Event) -> Result<(), Illegal> {
        self.state.apply(self.plan, self.now, &event)?;
        self.note_doubts(&event);
        self.out.events.push((self.now, event));
        Ok(())
    }

    pub(super) fn id(&self, unit: UnitIx) -> UnitId {
        self.plan.unit(unit).id.clone()
    }

    /// The store has judged the wish for the locks of a unit. That they are the run's is a fact even when the unit does not
    /// want them any more.
    fn claimed(&mut self, unit: UnitIx, claim: Claim) -> Result<(), Illegal> {
        if matches!(self.state.control, Control::Over(_)) {
            return Ok(());
        }
        match claim {
            Claim::Taken if self.state.lacks_lock(self.plan, unit) => {
                let locks = self.plan.unit(unit).locks.clone();
                self.emit(Event::Locked { unit: self.id(unit), locks })
            }
            Claim::Held { lock, by } if self.state.is_barred(unit) => {
                let known = self.state.unit(unit).awaits_lock.as_ref();
                if known.is_some_and(|(known, holder)| (known, holder) == (&lock, &by)) {
                    return Ok(());
                }
                self.emit(Event::LockAwaited { unit: self.id(unit), lock, holder: by })
            }
            Claim::Taken | Claim::Held { .. } => Ok(()),
        }
    }

    fn adopt(&mut self, engine: String, token: u64, clock: Option<ClockOffset>) -> Result<(), Illegal> {
        self.emit(Event::Adopted { engine, token, clock })?;
        let flights: Vec<Effect> = self
            .state
            .flights()
            .flat_map(|(unit, flight)| {
                let back = Effect::Reattach {
                    unit,
                    step: flight.step,
                    attempt: flight.attempt,
                    number: flight.number,
                    purpose: flight.purpose,
                    keeper: flight.keeper.clone(),
                };
                // The engine that asked for its end may have died before it could ask the keeper.
                let ending = flight.timed_out || flight.stopped || self.state.control == Control::Abort;
                std::iter::once(back).chain(ending.then_some(Effect::Kill { attempt: flight.attempt }))
            })
            .collect();
        self.out.effects.extend(flights);
        Ok(())
    }

    /// Everything that follows by itself, until nothing more does.
    fn go_on(&mut self) -> Result<(), Illegal> {
        match self.state.control {
            Control::New | Control::Over(_) => return Ok(()),
            Control::Abort => return self.wind_up(),
            Control::Go | Control::Hold => {}
        }
        self.release_and_dispatch()?;
        // An `on_fail` may have aborted the run on the way.
        if self.state.control == Control::Abort {
            return self.wind_up();
        }
        if self.state.done() as usize == self.plan.units().len() {
            return self.emit(Event::Ended { end: End::Completed });
        }
        if self.state.status() == RunStatus::Failed && !self.state.stalled {
            self.emit(Event::Stalled)?;
        }
        Ok(())
    }

    /// Takes a run that is being aborted as far as it goes.
    fn wind_up(&mut self) -> Result<(), Illegal> {
        let idle: Vec<UnitIx> = self
            .plan
            .unit_ixs()
            .filter(|unit| {
                let run = self.state.unit(*unit);
                run.flight.is_none() && run.state.next(super::super::UnitEvent::Cancel).is_some()
            })
            .collect();
        for unit in idle {
            self.emit(Event::Cancelled { unit: self.id(unit) })?;
        }
        if self.state.census.count(UnitState::occupies) == 0 {
            self.emit(Event::Ended { end: End::Aborted })?;
        }
        Ok(())
    }

    fn submission(&mut self, submission: Submission) -> Result<(), Illegal> {
        let Submission { id, actor, request, .. } = submission;
        let verb = request.verb().to_owned();
        let answer = match self.carry_out(&actor, request) {
            Ok(()) => {
                self.emit(Event::Obeyed { request: id, by: actor, verb })?;
                Answer::Accepted { seq: self.state.seq }
            }
            Err(Stop::Refused(refusal)) => Answer::Refused { code: refusal.code.to_owned(), message: refusal.message },
            Err(Stop::Illegal(illegal)) => return Err(illegal),
        };
        self.out.answer = Some((id, answer));
        Ok(())
    }
}
