//! What an event makes of its unit.

use super::super::gate::OpenGate;
use super::super::manual::OpenManual;
use super::super::state::{State, Timer};
use super::super::unit_run::Flight;
use super::super::{Cause, CauseKind, Decided, Elsewhere, Event, Judged, Ledger, Purpose, UnitEvent, UnitState};
use super::Illegal;
use super::shift::{begin, mismatch};
use crate::base::{Text, Timestamp};
use crate::plan::{Phase, Plan, UnitIx};

impl State {
    #[expect(clippy::too_many_lines, reason = "one arm an event: the table is easier to check in one piece")]
    pub(super) fn apply_to_unit(
        &mut self,
        plan: &Plan,
        at: Timestamp,
        ix: UnitIx,
        event: &Event,
    ) -> Result<(), Illegal> {
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
                self.begins(plan, ix, *step);
                let unit = &mut self.units[ix.at()];
                unit.started_at.get_or_insert(at);
                unit.gates += 1;
                unit.gate = Some(OpenGate {
                    opened_at: at,
                    deadline: *deadline,
                    overdue: false,
                    reminded: false,
                    level: 0,
                    digest: *digest,
                    votes: Vec::new(),
                    decided: None,
                });
                self.expect_of_gate(plan, ix);
            }
            Event::Voted { vote, .. } => self.gate(plan, ix)?.votes.push(vote.clone()),
            Event::GateReminded { .. } => {
                self.forget_gate(plan, ix);
                self.gate(plan, ix)?.reminded = true;
                self.expect_of_gate(plan, ix);
            }
            Event::GateEscalated { level, .. } => {
                self.forget_gate(plan, ix);
                let open = self.gate(plan, ix)?;
                let next = open.level + 1 == *level;
                open.level = *level;
                if !next {
                    return Err(mismatch(self.seq, plan, ix, "level of escalation that comes next"));
                }
                self.expect_of_gate(plan, ix);
            }
            Event::GateOverdue { .. } => {
                self.forget_gate(plan, ix);
                self.gate(plan, ix)?.overdue = true;
                self.expect_of_gate(plan, ix);
            }
            Event::GateDecided { approved, .. } => {
                self.forget_gate(plan, ix);
                self.gate(plan, ix)?.decided = Some(*approved);
                self.shift(plan, at, ix, UnitEvent::AttemptEnded)?;
            }
            Event::ManualOpened { step, .. } => {
                self.at_step(plan, ix, *step)?;
                self.shift(plan, at, ix, UnitEvent::OpenManual)?;
                self.begins(plan, ix, *step);
                let unit = &mut self.units[ix.at()];
                unit.started_at.get_or_insert(at);
                unit.manuals += 1;
                unit.manual = Some(OpenManual::new(unit.manuals, at));
            }
            Event::ManualWorked { by, work, .. } => self.worked(plan, at, ix, by, work)?,
            Event::ManualClosed { by, evidence, .. } => {
                self.shift(plan, at, ix, UnitEvent::AttemptEnded)?;
                self.units[ix.at()].said = Some((Some(by.clone()), Text::plain(evidence)));
            }
            Event::Passed { step, until, .. } => {
                self.at_step(plan, ix, *step)?;
                let phase = plan.unit(ix).step(*step).map_or(Phase::Run, |step| step.phase);
                self.shift(plan, at, ix, begin(phase, Purpose::Act))?;
                self.begins(plan, ix, *step);
                let unit = &mut self.units[ix.at()];
                unit.started_at.get_or_insert(at);
                unit.due = *until;
                self.timers.extend(until.map(|until| (until, Timer::Due(ix))));
            }
            Event::StepDone { next, .. } => {
                self.forget_due(ix);
                self.shift(plan, at, ix, UnitEvent::StepDone)?;
                self.may_go_to(plan, ix, *next)?;
                self.has_done(plan, ix, *next);
                self.go_to(plan, ix, *next);
                self.becomes_usable(plan, at, ix, *next);
                let unit = &mut self.units[ix.at()];
                unit.tries = 0;
                unit.cleared = false;
            }
            Event::Ready { .. } => {
                self.may_go_to(plan, ix, self.unit(ix).step)?;
                self.has_done(plan, ix, u16::MAX);
                self.settle(plan, at, ix, UnitEvent::Ready)?;
            }
            Event::Failed { cause, .. } => {
                self.settle(plan, at, ix, UnitEvent::Fail)?;
                self.units[ix.at()].cause = Some(cause.clone());
            }
            Event::Unknown { why, .. } => {
                self.settle(plan, at, ix, UnitEvent::LoseSight)?;
                let cause = Cause { kind: CauseKind::Unreachable, message: why.clone() };
                self.units[ix.at()].cause = Some(cause);
            }
            Event::Attested { by, evidence, .. } => {
                self.may_go_to(plan, ix, 0)?;
                self.has_done(plan, ix, u16::MAX);
                self.settle(plan, at, ix, UnitEvent::Attest)?;
                self.units[ix.at()].said = Some((Some(by.clone()), Text::plain(evidence)));
            }
            Event::Skipped { by, reason, .. } => {
                self.may_go_to(plan, ix, 0)?;
                self.settle(plan, at, ix, UnitEvent::Skip)?;
                self.units[ix.at()].said = Some((by.clone(), reason.clone()));
            }
            Event::Judged { holds, by, reason, saw, .. } => {
                let (by, reason, saw) = (by.clone(), reason.clone(), saw.clone());
                self.judge(plan, ix, Judged { at, holds: *holds, by, reason, saw })?;
            }
            Event::Decided { branch, by, reason, saw, .. } => {
                let decided =
                    Decided { at, branch: branch.clone(), by: by.clone(), reason: reason.clone(), saw: saw.clone() };
                self.decide(plan, at, ix, decided)?;
            }
            Event::NotSelected { .. } => {
                self.released.remove(&ix);
                self.settle(plan, at, ix, UnitEvent::Deselect)?;
            }
            Event::Cancelled { .. } => {
                self.settle(plan, at, ix, UnitEvent::Cancel)?;
                self.no_longer_back(plan, ix);
            }
            Event::Reset { step, .. } => {
                let was = self.units[ix.at()].state;
                self.may_go_to(plan, ix, *step)?;
                self.shift(plan, at, ix, UnitEvent::Reset)?;
                self.units[ix.at()].begin_round();
                if *step == 0 {
                    self.units[ix.at()].outputs.clear();
                }
                self.go_to(plan, ix, *step);
                self.undone(plan, ix, was, *step);
                if was.satisfies() {
                    self.units[ix.at()].exceeded = false;
                    self.begin_clock(plan, at, ix);
                } else if was == UnitState::RolledBack {
                    self.clock_goes_on(plan, at, ix);
                }
            }
            Event::Rewound { .. } => {
                let was = self.units[ix.at()].state;
                self.may_go_to(plan, ix, 0)?;
                self.forget_timers(plan, ix);
                self.shift(plan, at, ix, UnitEvent::Rewind)?;
                let unit = &mut self.units[ix.at()];
                unit.begin_round();
                unit.judged = None;
                unit.elsewhere = Elsewhere::default();
                unit.outputs.clear();
                unit.step = 0;
                unit.eligible_at = None;
                unit.started_at = None;
                unit.exceeded = false;
                unit.ledger = Ledger::default();
                self.undone(plan, ix, was, 0);
                if self.unmet[ix.at()] == 0 {
                    self.released.insert(ix);
                }
            }
            Event::Recalled { by, reason, .. } => self.recall(plan, ix, by.as_ref(), reason)?,
            Event::RollbackAsked { by, reason, .. } => self.ask_back(plan, at, ix, by.as_ref(), reason)?,
            Event::RollbackBegun { step, .. } => self.turn_back(plan, at, ix, *step)?,
            Event::RolledBack { by, evidence, .. } => self.rolled_back(plan, at, ix, by.as_ref(), evidence)?,
            Event::LockAwaited { lock, holder, .. } => {
                if !self.is_barred(ix) {
                    return Err(mismatch(self.seq, plan, ix, "lock that it could wait for"));
                }
                self.units[ix.at()].awaits_lock = Some((lock.clone(), holder.clone()));
            }
            Event::StartAwaited { run, .. } => {
                if !self.waiting.contains(&ix) {
                    return Err(mismatch(self.seq, plan, ix, "run that it could wait for"));
                }
                self.units[ix.at()].elsewhere.awaits = Some(*run);
            }
            Event::StartReached { .. } => {
                if !self.waiting.contains(&ix) {
                    return Err(mismatch(self.seq, plan, ix, "run that it could wait for"));
                }
                self.reach(plan, ix);
            }
            Event::Locked { locks, .. } => self.take_locks(plan, locks),
            Event::TargetExceeded { .. } => {
                self.forget_target(plan, ix);
                self.units[ix.at()].exceeded = true;
            }
            Event::Declared(_)
            | Event::Adopted { .. }
            | Event::Marked { .. }
            | Event::RtoExceeded { .. }
            | Event::Paused { .. }
            | Event::ExerciseHeld { .. }
            | Event::Resumed { .. }
            | Event::AbortRequested { .. }
            | Event::Stalled
            | Event::Ended { .. }
            | Event::Obeyed { .. } => return Err(Illegal::Misplaced { seq: self.seq }),
        }
        Ok(())
    }
}
