//! The moves that events are made of: through the transition table, with everything kept that is counted by state.

use super::super::gate::OpenGate;
use super::super::state::{State, Timer};
use super::super::unit_run::{Attempt, Flight};
use super::super::{Account, AttemptId, Holding, Outcome, Purpose, StepIx, UnitEvent, UnitRun, UnitState};
use super::Illegal;
use crate::base::{TargetName, Timestamp};
use crate::plan::{Action, Phase, Plan, UnitIx};

impl State {
    /// Moves a unit through the transition table and keeps everything that is counted by state.
    pub(super) fn shift(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, event: UnitEvent) -> Result<(), Illegal> {
        let holding = self.holding();
        let unit = &mut self.units[ix.at()];
        let from = unit.state;
        let to = from.next(event).ok_or_else(|| Illegal::Transition {
            seq: self.seq,
            unit: plan.unit(ix).id.clone(),
            from,
            event,
        })?;
        unit.state = to;
        if from == UnitState::RolledBack {
            self.book_decision(at, ix);
        }
        let unit = &mut self.units[ix.at()];
        unit.ledger.switch(at, Account::of_unit(to, holding));
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

    pub(super) fn settle(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, event: UnitEvent) -> Result<(), Illegal> {
        self.shift(plan, at, ix, event)?;
        let unit = &mut self.units[ix.at()];
        let clock_runs = Account::of_unit(unit.state, Holding::Nothing).is_some();
        unit.settled_at = (!clock_runs).then_some(at);
        if clock_runs {
            // Its clock goes on, so it may still exceed its target.
            self.forget_due(ix);
            self.forget_gate(plan, ix);
        } else {
            self.forget_timers(plan, ix);
        }
        if self.units[ix.at()].state.satisfies() {
            if self.units[ix.at()].usable_at.is_none() {
                self.satisfy(plan, plan.graph().unit(ix));
            }
            self.count_objectives(plan, ix, true);
        }
        Ok(())
    }

    /// What was done is to be done again, at a step from which on it is not ready, and perhaps not even usable any more. Call
    /// it once the unit has left the state `was`.
    pub(super) fn undone(&mut self, plan: &Plan, ix: UnitIx, was: UnitState, step: StepIx) {
        let unit = &mut self.units[ix.at()];
        let was_usable = unit.usable_at.is_some();
        if !plan.unit(ix).is_usable_at(step) {
            unit.usable_at = None;
        }
        if (was.satisfies() || was_usable) && self.units[ix.at()].usable_at.is_none() {
            self.unsatisfy(plan, plan.graph().unit(ix));
        }
        if was.satisfies() {
            self.count_objectives(plan, ix, false);
        }
    }

    /// Notes that the unit is usable once it goes on at a step behind the point that its runbook names.
    pub(super) fn becomes_usable(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, next: StepIx) {
        let unit = &mut self.units[ix.at()];
        if !unit.is_going_back()
            && unit.usable_at.is_none()
            && next < plan.unit(ix).turning_point()
            && plan.unit(ix).is_usable_at(next)
        {
            unit.usable_at = Some(at);
            self.satisfy(plan, plan.graph().unit(ix));
        }
    }

    pub(super) fn take_off(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, flight: Flight) -> Result<(), Illegal> {
        self.at_step(plan, ix, flight.step)?;
        if flight.attempt.0 <= self.attempts {
            return Err(mismatch(self.seq, plan, ix, "new attempt: its number was given before"));
        }
        let Some(step) = plan.unit(ix).step(flight.step) else { return Err(mismatch(self.seq, plan, ix, "step")) };
        self.shift(plan, at, ix, begin(step.phase, flight.purpose))?;
        self.attempts = flight.attempt.0;
        let limited = self.header.simulation.as_ref().is_none_or(|played| played.can_time_out(&plan.unit(ix).id));
        let timeout = step.timeout.filter(|_| limited);
        self.timers.extend(timeout.map(|timeout| (at.plus(timeout), Timer::Step(ix))));
        self.occupied += 1;
        self.occupied_stage[plan.unit(ix).stage.at()] += 1;
        if let Some(target) = target_of(plan, ix, &step.action) {
            *self.occupied_target.entry(target.clone()).or_default() += 1;
        }
        if flight.purpose == Purpose::Act {
            self.begins(plan, ix, flight.step);
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

    pub(super) fn land(
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
        let Some(step) = plan.unit(ix).step(flight.step) else { return Err(mismatch(self.seq, plan, ix, "step")) };
        if let (Purpose::Act, Outcome::Succeeded { seen }) = (flight.purpose, outcome) {
            unit.outputs.extend(seen.outputs.clone());
        }
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

    pub(super) fn flight(&mut self, plan: &Plan, ix: UnitIx, attempt: AttemptId) -> Result<&mut Flight, Illegal> {
        let seq = self.seq;
        let flight = self.units[ix.at()].flight.as_mut().filter(|flight| flight.attempt == attempt);
        flight.ok_or_else(|| mismatch(seq, plan, ix, "attempt at work"))
    }

    pub(super) fn gate(&mut self, plan: &Plan, ix: UnitIx) -> Result<&mut OpenGate, Illegal> {
        let seq = self.seq;
        let unit: &mut UnitRun = &mut self.units[ix.at()];
        let open = unit.state == UnitState::AwaitingGate;
        unit.gate.as_mut().filter(|_| open).ok_or_else(|| mismatch(seq, plan, ix, "open gate"))
    }

    /// Whether a unit may go on, or start again, at a step: on the way back at steps of the way back, and nowhere else.
    pub(super) fn may_go_to(&self, plan: &Plan, ix: UnitIx, step: StepIx) -> Result<(), Illegal> {
        self.check_step(plan, ix, step)?;
        let back = step >= plan.unit(ix).turning_point();
        let fits = back == self.unit(ix).undoing;
        if fits { Ok(()) } else { Err(mismatch(self.seq, plan, ix, "step on the way that it goes")) }
    }

    /// Whether the unit is at this very step.
    pub(super) fn at_step(&self, plan: &Plan, ix: UnitIx, step: StepIx) -> Result<(), Illegal> {
        self.check_step(plan, ix, step)?;
        let here = self.units[ix.at()].step == step;
        if here { Ok(()) } else { Err(mismatch(self.seq, plan, ix, "step at this moment")) }
    }

    pub(super) fn check_step(&self, plan: &Plan, ix: UnitIx, step: StepIx) -> Result<(), Illegal> {
        let known = plan.unit(ix).step(step);
        if known.is_some() { Ok(()) } else { Err(mismatch(self.seq, plan, ix, "step")) }
    }
}

pub(super) fn mismatch(seq: u64, plan: &Plan, ix: UnitIx, what: &'static str) -> Illegal {
    Illegal::Mismatch { seq, unit: plan.unit(ix).id.clone(), what }
}

pub(super) const fn begin(phase: Phase, purpose: Purpose) -> UnitEvent {
    match (phase, purpose) {
        (Phase::Run, Purpose::Act) => UnitEvent::BeginRun,
        (Phase::Pre | Phase::Post, _) | (Phase::Run, Purpose::Probe) => UnitEvent::BeginCheck,
        (Phase::Rollback, _) => UnitEvent::BeginRollback,
    }
}

/// The target whose concurrency an action counts against.
pub(in super::super) fn target_of<'p>(plan: &'p Plan, ix: UnitIx, action: &'p Action) -> Option<&'p TargetName> {
    let own = match action {
        // Whatever a check asks counts against the target of its unit, which it is about.
        Action::Check(_) => None,
        Action::Command(_)
        | Action::Http(_)
        | Action::Tcp(_)
        | Action::Look(_)
        | Action::Change(_)
        | Action::Wait(_)
        | Action::Until(_)
        | Action::Mark(_)
        | Action::Manual(_)
        | Action::Gate(_)
        | Action::Decision(_)
        | Action::Link(_) => action.on(),
    };
    own.or(plan.unit(ix).on.as_ref())
}
