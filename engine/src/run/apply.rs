//! The one way from an event to the next state. Used live and on replay, so both give the same.

use super::gate::OpenGate;
use super::state::{Attempt, Flight, State, Timer, origin_mark};
use super::{Account, AttemptId, Control, Event, Outcome, Purpose, StepIx, UnitEvent, UnitRun, UnitState};
use crate::base::{Millis, Timestamp, UnitId};
use crate::plan::{Action, MarkKind, Phase, Plan, UnitIx};

/// Why an event can not have happened: the journal is corrupt, or belongs to another plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    /// A journal begins with its declaration, once.
    #[error("row {seq}: a journal begins with its declaration and has no second one")]
    Declaration {
        /// The row.
        seq: u64,
    },
    /// An event of a unit without a unit, or the reverse.
    #[error("row {seq}: the event does not belong where it stands")]
    Misplaced {
        /// The row.
        seq: u64,
    },
    /// The plan has no such unit.
    #[error("row {seq}: the plan has no unit {unit}")]
    NoSuchUnit {
        /// The row.
        seq: u64,
        /// The unit.
        unit: UnitId,
    },
    /// The transition table has no such entry.
    #[error("row {seq}: a unit that is {from:?} can not take {event:?} (unit {unit})")]
    Transition {
        /// The row.
        seq: u64,
        /// The unit.
        unit: UnitId,
        /// Its state.
        from: UnitState,
        /// What was to happen.
        event: UnitEvent,
    },
    /// An attempt, a gate or a step that is not there.
    #[error("row {seq}: unit {unit} has no such {what}")]
    Mismatch {
        /// The row.
        seq: u64,
        /// The unit.
        unit: UnitId,
        /// What is missing.
        what: &'static str,
    },
    /// The run is over; nothing follows.
    #[error("row {seq}: the run is over, nothing can follow")]
    Over {
        /// The row.
        seq: u64,
    },
    /// An earlier instant than the row before.
    #[error("row {seq}: its time is earlier than that of the row before")]
    Time {
        /// The row.
        seq: u64,
    },
}

/// How long an abort waits for what it is ending before it gives up on it.
const ABORT_GRACE: Millis = Millis::minutes(2);

impl State {
    /// The state after the first row of a journal.
    pub fn begin(plan: &Plan, at: Timestamp, event: &Event) -> Result<Self, Illegal> {
        let Event::Declared(header) = event else {
            return Err(Illegal::Declaration { seq: 1 });
        };
        let mut state = Self::new(plan, header.as_ref().clone(), at);
        state.ledger.switch(at, Some(Account::Queue));
        Ok(state)
    }

    /// Takes in the next event of the journal. On an error the state must not be used any more.
    pub fn apply(&mut self, plan: &Plan, at: Timestamp, event: &Event) -> Result<(), Illegal> {
        self.seq += 1;
        if at < self.last_at {
            return Err(Illegal::Time { seq: self.seq });
        }
        self.last_at = at;
        if let Control::Over(_) = self.control
            && !matches!(
                event,
                Event::Late { .. } | Event::Obeyed { .. } | Event::Marked { .. } | Event::Adopted { .. }
            )
        {
            return Err(Illegal::Over { seq: self.seq });
        }
        match event.unit() {
            Some(unit) => {
                let ix = plan.find(unit).ok_or_else(|| Illegal::NoSuchUnit { seq: self.seq, unit: unit.clone() })?;
                self.apply_to_unit(plan, at, ix, event)?;
            }
            None => self.apply_to_run(plan, at, event)?,
        }
        let account = self.account();
        self.ledger.switch(at, account);
        Ok(())
    }

    fn apply_to_run(&mut self, plan: &Plan, at: Timestamp, event: &Event) -> Result<(), Illegal> {
        match event {
            Event::Declared(_) => return Err(Illegal::Declaration { seq: self.seq }),
            Event::Adopted { engine, token } => {
                self.engine = Some(engine.clone());
                self.token = *token;
                self.marks.entry(MarkKind::Start).or_insert(at);
                if self.control == Control::New {
                    self.control = Control::Go;
                }
                for flight in self.units.iter_mut().filter_map(|unit| unit.flight.as_mut()) {
                    flight.inherited = true;
                }
            }
            Event::Marked { mark, value, .. } => {
                self.marks.insert(*mark, *value);
                if *mark == origin_mark(plan.body().objectives.clock) {
                    self.set_rto_timers(plan);
                }
            }
            Event::RtoExceeded { service } => {
                self.late.insert(service.clone());
                self.set_rto_timers(plan);
            }
            Event::Paused { by, reason } => {
                self.control = Control::Hold;
                self.pause_reason = Some((by.clone(), reason.clone()));
                self.rebook_queued(at);
            }
            Event::Resumed { .. } => {
                self.control = Control::Go;
                self.pause_reason = None;
                self.rebook_queued(at);
            }
            Event::AbortRequested { .. } => {
                self.control = Control::Abort;
                self.pause_reason = None;
                self.rebook_queued(at);
                self.timers.insert((at.plus(ABORT_GRACE), Timer::AbortGrace));
            }
            Event::Stalled => self.stalled = true,
            Event::Ended { end } => {
                self.control = Control::Over(*end);
                self.ended_at = Some(at);
                self.timers.clear();
                // What failed and was never repaired stops costing time when the run is over.
                for unit in &mut self.units {
                    unit.ledger.switch(at, None);
                    unit.settled_at = unit.settled_at.or(unit.eligible_at.map(|_| at));
                }
            }
            Event::Obeyed { .. } => {}
            Event::Eligible { .. }
            | Event::Started { .. }
            | Event::TimedOut { .. }
            | Event::Finished { .. }
            | Event::Late { .. }
            | Event::RetryScheduled { .. }
            | Event::GateOpened { .. }
            | Event::Voted { .. }
            | Event::GateOverdue { .. }
            | Event::GateDecided { .. }
            | Event::ManualOpened { .. }
            | Event::ManualClosed { .. }
            | Event::Passed { .. }
            | Event::Requeued { .. }
            | Event::StopRequested { .. }
            | Event::StepDone { .. }
            | Event::Ready { .. }
            | Event::Failed { .. }
            | Event::Unknown { .. }
            | Event::Attested { .. }
            | Event::Skipped { .. }
            | Event::NotSelected { .. }
            | Event::Cancelled { .. }
            | Event::Reset { .. }
            | Event::Rewound { .. }
            | Event::TargetExceeded { .. } => return Err(Illegal::Misplaced { seq: self.seq }),
        }
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "one arm an event: the table is easier to check in one piece")]
    fn apply_to_unit(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, event: &Event) -> Result<(), Illegal> {
        match event {
            Event::Eligible { .. } => {
                self.released.remove(&ix);
                self.shift(plan, at, ix, UnitEvent::Eligible)?;
                self.begin_clock(plan, at, ix);
            }
            Event::Started { step, attempt, number, purpose, keeper, .. } => {
                let flight = Flight {
                    attempt: *attempt,
                    step: *step,
                    number: *number,
                    purpose: *purpose,
                    keeper: keeper.clone(),
                    since: at,
                    timed_out: false,
                    stopped: false,
                    inherited: false,
                };
                self.take_off(plan, at, ix, flight)?;
            }
            Event::TimedOut { attempt, .. } => {
                self.flight(plan, ix, *attempt)?.timed_out = true;
                self.forget_timeout(plan, ix);
            }
            Event::StopRequested { attempt, .. } => {
                self.flight(plan, ix, *attempt)?.stopped = true;
            }
            Event::Finished { attempt, outcome, .. } => self.land(plan, at, ix, *attempt, outcome)?,
            Event::Late { .. } => {}
            Event::RetryScheduled { step, due, .. } => {
                self.at_step(plan, ix, *step)?;
                self.shift(plan, at, ix, UnitEvent::ScheduleRetry)?;
                self.units[ix.at()].due = Some(*due);
                self.timers.insert((*due, Timer::Due(ix)));
            }
            Event::Requeued { .. } => {
                self.forget_due(ix);
                self.shift(plan, at, ix, UnitEvent::AttemptEnded)?;
            }
            Event::GateOpened { step, deadline, digest, .. } => {
                self.at_step(plan, ix, *step)?;
                self.shift(plan, at, ix, UnitEvent::OpenGate)?;
                let unit = &mut self.units[ix.at()];
                unit.started_at.get_or_insert(at);
                unit.gates += 1;
                unit.gate = Some(OpenGate {
                    opened_at: at,
                    deadline: *deadline,
                    overdue: false,
                    digest: *digest,
                    votes: Vec::new(),
                });
                self.timers.extend(deadline.map(|deadline| (deadline, Timer::Gate(ix))));
            }
            Event::Voted { vote, .. } => self.gate(plan, ix)?.votes.push(vote.clone()),
            Event::GateOverdue { .. } => {
                self.gate(plan, ix)?.overdue = true;
                self.forget_deadline(ix);
            }
            Event::GateDecided { .. } => {
                self.gate(plan, ix)?;
                self.forget_deadline(ix);
                self.shift(plan, at, ix, UnitEvent::AttemptEnded)?;
            }
            Event::ManualOpened { step, .. } => {
                self.at_step(plan, ix, *step)?;
                self.shift(plan, at, ix, UnitEvent::OpenManual)?;
                self.units[ix.at()].started_at.get_or_insert(at);
            }
            Event::ManualClosed { by, evidence, .. } => {
                self.shift(plan, at, ix, UnitEvent::AttemptEnded)?;
                self.units[ix.at()].said = Some((Some(by.clone()), evidence.clone()));
            }
            Event::Passed { step, until, .. } => {
                self.at_step(plan, ix, *step)?;
                let phase = plan.unit(ix).steps[usize::from(*step)].phase;
                self.shift(plan, at, ix, begin(phase, Purpose::Act))?;
                let unit = &mut self.units[ix.at()];
                unit.started_at.get_or_insert(at);
                unit.due = *until;
                self.timers.extend(until.map(|until| (until, Timer::Due(ix))));
            }
            Event::StepDone { next, .. } => {
                self.forget_due(ix);
                self.shift(plan, at, ix, UnitEvent::StepDone)?;
                self.check_step(plan, ix, *next)?;
                self.go_to(plan, ix, *next);
                let unit = &mut self.units[ix.at()];
                unit.tries = 0;
                unit.cleared = false;
            }
            Event::Ready { .. } => self.settle(plan, at, ix, UnitEvent::Ready)?,
            Event::Failed { cause, .. } => {
                self.settle(plan, at, ix, UnitEvent::Fail)?;
                self.units[ix.at()].cause = Some(cause.clone());
            }
            Event::Unknown { why, .. } => {
                self.settle(plan, at, ix, UnitEvent::LoseSight)?;
                let cause = super::Cause { kind: super::CauseKind::Unreachable, message: why.clone() };
                self.units[ix.at()].cause = Some(cause);
            }
            Event::Attested { by, evidence, .. } => {
                self.settle(plan, at, ix, UnitEvent::Attest)?;
                self.units[ix.at()].said = Some((Some(by.clone()), evidence.clone()));
            }
            Event::Skipped { by, reason, .. } => {
                self.settle(plan, at, ix, UnitEvent::Skip)?;
                self.units[ix.at()].said = Some((by.clone(), reason.clone()));
            }
            Event::NotSelected { .. } => self.settle(plan, at, ix, UnitEvent::Deselect)?,
            Event::Cancelled { .. } => self.settle(plan, at, ix, UnitEvent::Cancel)?,
            Event::Reset { step, .. } => {
                let was_done = self.units[ix.at()].state.satisfies();
                self.check_step(plan, ix, *step)?;
                self.shift(plan, at, ix, UnitEvent::Reset)?;
                self.units[ix.at()].begin_round();
                self.go_to(plan, ix, *step);
                if was_done {
                    self.undone(plan, ix);
                    self.units[ix.at()].exceeded = false;
                    self.begin_clock(plan, at, ix);
                }
            }
            Event::Rewound { .. } => {
                let was_done = self.units[ix.at()].state.satisfies();
                self.forget_timers(plan, ix);
                self.shift(plan, at, ix, UnitEvent::Rewind)?;
                let unit = &mut self.units[ix.at()];
                unit.begin_round();
                unit.step = 0;
                unit.eligible_at = None;
                unit.started_at = None;
                unit.exceeded = false;
                unit.ledger = super::Ledger::default();
                if was_done {
                    self.undone(plan, ix);
                }
                if self.unmet[ix.at()] == 0 {
                    self.released.insert(ix);
                }
            }
            Event::TargetExceeded { .. } => {
                self.forget_target(plan, ix);
                self.units[ix.at()].exceeded = true;
            }
            Event::Declared(_)
            | Event::Adopted { .. }
            | Event::Marked { .. }
            | Event::RtoExceeded { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::AbortRequested { .. }
            | Event::Stalled
            | Event::Ended { .. }
            | Event::Obeyed { .. } => return Err(Illegal::Misplaced { seq: self.seq }),
        }
        Ok(())
    }

    /// Moves a unit through the transition table and keeps everything that is counted by state.
    fn shift(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, event: UnitEvent) -> Result<(), Illegal> {
        let held = self.control == Control::Hold;
        let unit = &mut self.units[ix.at()];
        let from = unit.state;
        let to = from.next(event).ok_or_else(|| Illegal::Transition {
            seq: self.seq,
            unit: plan.unit(ix).id.clone(),
            from,
            event,
        })?;
        unit.state = to;
        unit.ledger.switch(at, Account::of_unit(to, held));
        self.census.leave(from);
        self.census.enter(to);
        if from == UnitState::Queued {
            self.dequeue(plan, ix);
        }
        if to == UnitState::Queued {
            self.enqueue(plan, ix);
        }
        if !to.is_stuck() {
            self.stalled = false;
        }
        Ok(())
    }

    fn settle(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, event: UnitEvent) -> Result<(), Illegal> {
        self.shift(plan, at, ix, event)?;
        let unit = &mut self.units[ix.at()];
        let stuck = unit.state.is_stuck();
        unit.settled_at = (!stuck).then_some(at);
        if stuck {
            // Its clock goes on, so it may still exceed its target.
            self.forget_due(ix);
            self.forget_deadline(ix);
        } else {
            self.forget_timers(plan, ix);
        }
        if self.units[ix.at()].state.satisfies() {
            self.satisfy(plan, plan.graph().unit(ix));
            self.count_objectives(plan, ix, true);
        }
        Ok(())
    }

    /// What was done is to be done again.
    fn undone(&mut self, plan: &Plan, ix: UnitIx) {
        self.unsatisfy(plan, plan.graph().unit(ix));
        self.count_objectives(plan, ix, false);
    }

    fn take_off(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, flight: Flight) -> Result<(), Illegal> {
        self.at_step(plan, ix, flight.step)?;
        if flight.attempt.0 <= self.attempts {
            return Err(mismatch(self.seq, plan, ix, "new attempt: its number was given before"));
        }
        let step = &plan.unit(ix).steps[usize::from(flight.step)];
        self.shift(plan, at, ix, begin(step.phase, flight.purpose))?;
        self.attempts = flight.attempt.0;
        self.timers.extend(step.timeout.map(|timeout| (at.plus(timeout), Timer::Step(ix))));
        self.occupied += 1;
        self.occupied_stage[plan.unit(ix).stage.at()] += 1;
        if let Some(target) = target_of(plan, ix, &step.action) {
            *self.occupied_target.entry(target.clone()).or_default() += 1;
        }
        let unit = &mut self.units[ix.at()];
        unit.started_at.get_or_insert(at);
        if flight.purpose == Purpose::Act {
            unit.tries = flight.number;
            unit.touched.insert(flight.step);
            unit.cleared = false;
        }
        unit.attempts.push(Attempt {
            attempt: flight.attempt,
            step: flight.step,
            number: flight.number,
            purpose: flight.purpose,
            started_at: at,
            ended: None,
        });
        unit.flight = Some(flight);
        Ok(())
    }

    fn land(
        &mut self,
        plan: &Plan,
        at: Timestamp,
        ix: UnitIx,
        attempt: AttemptId,
        outcome: &Outcome,
    ) -> Result<(), Illegal> {
        self.flight(plan, ix, attempt)?;
        self.forget_timeout(plan, ix);
        let unit = &mut self.units[ix.at()];
        let Some(flight) = unit.flight.take() else {
            return Ok(());
        };
        if let Some(record) = unit.attempts.iter_mut().rev().find(|record| record.attempt == attempt) {
            record.ended = Some((at, outcome.clone()));
        }
        let step = &plan.unit(ix).steps[usize::from(flight.step)];
        if flight.purpose == Purpose::Probe {
            // `Not done` clears the way for another attempt; so does `can not tell`, where repeating does no harm.
            unit.cleared = match outcome {
                Outcome::Succeeded { .. } => false,
                Outcome::Failed { .. } => true,
                Outcome::Unknown { .. } => step.may_repeat(),
            };
        }
        self.occupied -= 1;
        self.occupied_stage[plan.unit(ix).stage.at()] -= 1;
        if let Some(count) = target_of(plan, ix, &step.action).and_then(|target| self.occupied_target.get_mut(target)) {
            *count -= 1;
        }
        self.shift(plan, at, ix, UnitEvent::AttemptEnded)
    }

    fn flight(&mut self, plan: &Plan, ix: UnitIx, attempt: AttemptId) -> Result<&mut Flight, Illegal> {
        let seq = self.seq;
        let flight = self.units[ix.at()].flight.as_mut().filter(|flight| flight.attempt == attempt);
        flight.ok_or_else(|| mismatch(seq, plan, ix, "attempt at work"))
    }

    fn gate(&mut self, plan: &Plan, ix: UnitIx) -> Result<&mut OpenGate, Illegal> {
        let seq = self.seq;
        let unit: &mut UnitRun = &mut self.units[ix.at()];
        let open = unit.state == UnitState::AwaitingGate;
        unit.gate.as_mut().filter(|_| open).ok_or_else(|| mismatch(seq, plan, ix, "open gate"))
    }

    /// Whether the unit is at this very step.
    fn at_step(&self, plan: &Plan, ix: UnitIx, step: StepIx) -> Result<(), Illegal> {
        self.check_step(plan, ix, step)?;
        let here = self.units[ix.at()].step == step;
        if here { Ok(()) } else { Err(mismatch(self.seq, plan, ix, "step at this moment")) }
    }

    fn check_step(&self, plan: &Plan, ix: UnitIx, step: StepIx) -> Result<(), Illegal> {
        let known = usize::from(step) < plan.unit(ix).steps.len();
        if known { Ok(()) } else { Err(mismatch(self.seq, plan, ix, "step")) }
    }
}

fn mismatch(seq: u64, plan: &Plan, ix: UnitIx, what: &'static str) -> Illegal {
    Illegal::Mismatch { seq, unit: plan.unit(ix).id.clone(), what }
}

const fn begin(phase: Phase, purpose: Purpose) -> UnitEvent {
    match (phase, purpose) {
        (Phase::Run, Purpose::Act) => UnitEvent::BeginRun,
        (Phase::Pre | Phase::Post, _) | (Phase::Run, Purpose::Probe) => UnitEvent::BeginCheck,
    }
}

/// The target whose concurrency an action counts against.
pub(super) fn target_of<'p>(plan: &'p Plan, ix: UnitIx, action: &'p Action) -> Option<&'p crate::base::TargetName> {
    let own = match action {
        Action::Command(command) => command.on.as_ref(),
        Action::Check(_)
        | Action::Http(_)
        | Action::Tcp(_)
        | Action::Wait(_)
        | Action::Mark(_)
        | Action::Manual(_)
        | Action::Gate(_) => None,
    };
    own.or(plan.unit(ix).on.as_ref())
}
