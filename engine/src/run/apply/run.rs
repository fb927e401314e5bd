//! From an event to the next state: where it goes, and what the run as a whole makes of it.

use super::super::state::{State, Timer, origin_mark};
use super::super::{Account, Control, Event, Setting};
use super::Illegal;
use crate::base::{Millis, Timestamp};
use crate::plan::{MarkKind, Plan};

/// How long an abort waits for what it is ending before it gives up on it.
const ABORT_GRACE: Millis = Millis::minutes(2);
/// And longer by so much for every runbook that the run leads to: what is called gives up before its caller does.
const GRACE_A_CALLEE: Millis = Millis::seconds(15);

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
            Event::Adopted { engine, token, clock: _ } => {
                self.engine = Some(engine.clone());
                self.token = *token;
                if self.marks.get(MarkKind::Start).is_none() {
                    let start = Setting { value: at, recorded_at: at, by: None, reason: String::new() };
                    self.marks.set(MarkKind::Start, start);
                }
                if self.control == Control::New {
                    self.control = Control::Go;
                }
                for flight in self.units.iter_mut().filter_map(|unit| unit.flight.as_mut()) {
                    flight.inherited = true;
                }
            }
            Event::Marked { mark, value, by, reason } => {
                let (by, reason) = (by.clone(), reason.clone());
                self.marks.set(*mark, Setting { value: *value, recorded_at: at, by, reason });
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
            Event::ExerciseHeld { by, reason } => {
                if self.exclusions.is_open() {
                    return Err(Illegal::Misplaced { seq: self.seq });
                }
                self.control = Control::Hold;
                self.pause_reason = Some((Some(by.clone()), reason.clone()));
                self.exclusions.begin(at, by.clone(), reason.clone());
                self.forget_deadlines();
                self.rebook_all(at);
            }
            Event::Resumed { .. } => {
                self.control = Control::Go;
                self.seconded = true;
                self.pause_reason = None;
                self.let_go(plan, at);
            }
            Event::AbortRequested { .. } => {
                self.control = Control::Abort;
                self.pause_reason = None;
                self.let_go(plan, at);
                self.timers.insert((at.plus(grace(plan)), Timer::AbortGrace));
            }
            Event::Stalled => self.stalled = true,
            Event::Ended { end } => {
                self.control = Control::Over(*end);
                self.ended_at = Some(at);
                self.exclusions.end(at);
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
            | Event::GateReminded { .. }
            | Event::GateEscalated { .. }
            | Event::GateOverdue { .. }
            | Event::GateDecided { .. }
            | Event::ManualOpened { .. }
            | Event::ManualClosed { .. }
            | Event::ManualWorked { .. }
            | Event::Passed { .. }
            | Event::Requeued { .. }
            | Event::StopRequested { .. }
            | Event::StepDone { .. }
            | Event::Ready { .. }
            | Event::Failed { .. }
            | Event::Unknown { .. }
            | Event::Attested { .. }
            | Event::Skipped { .. }
            | Event::Judged { .. }
            | Event::Decided { .. }
            | Event::NotSelected { .. }
            | Event::Cancelled { .. }
            | Event::Reset { .. }
            | Event::Rewound { .. }
            | Event::Recalled { .. }
            | Event::RollbackAsked { .. }
            | Event::RollbackBegun { .. }
            | Event::RolledBack { .. }
            | Event::StartAwaited { .. }
            | Event::StartReached { .. }
            | Event::LockAwaited { .. }
            | Event::Locked { .. }
            | Event::TargetExceeded { .. } => return Err(Illegal::Misplaced { seq: self.seq }),
        }
        Ok(())
    }
}

fn grace(plan: &Plan) -> Millis {
    Millis(ABORT_GRACE.0 + GRACE_A_CALLEE.0 * plan.body().callees.len() as u64)
}
