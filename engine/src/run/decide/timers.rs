//! What time alone brings about. Each is an event raised once.

use super::super::apply::Illegal;
use super::super::state::Timer;
use super::super::{Control, Event, UnitState};
use super::turn::Turn;
use crate::plan::UnitIx;

impl Turn<'_> {
    /// Takes care of every timer that is due.
    pub(super) fn timers(&mut self) -> Result<(), Illegal> {
        while let Some((at, timer)) = self.state.timers.first().copied() {
            if at > self.now {
                break;
            }
            self.state.timers.remove(&(at, timer));
            // Gates of a run that is being aborted ask nobody any more; they are cancelled before this turn ends.
            if timer.is_of_gate() && self.state.control == Control::Abort {
                continue;
            }
            match timer {
                Timer::Due(unit) => self.due(unit)?,
                Timer::Step(unit) => self.out_of_time(unit)?,
                Timer::Reminder(unit) => self.emit(Event::GateReminded { unit: self.id(unit) })?,
                Timer::Escalation(unit) => self.gate_escalates(unit)?,
                Timer::Gate(unit) => self.gate_overdue(unit)?,
                Timer::Target(unit) => self.emit(Event::TargetExceeded { unit: self.id(unit) })?,
                Timer::Rto(service) => self.late(service)?,
                Timer::AbortGrace => self.give_up()?,
            }
        }
        Ok(())
    }

    fn due(&mut self, unit: UnitIx) -> Result<(), Illegal> {
        match self.state.unit(unit).state {
            UnitState::RetryWait => self.emit(Event::Requeued { unit: self.id(unit) }),
            UnitState::Running | UnitState::Verifying | UnitState::RollingBack => {
                let next = self.state.unit(unit).step + 1;
                self.step_done(unit, next)
            }
            UnitState::Pending
            | UnitState::Queued
            | UnitState::AwaitingGate
            | UnitState::AwaitingManual
            | UnitState::Ready
            | UnitState::Attested
            | UnitState::Failed
            | UnitState::Unknown
            | UnitState::Skipped
            | UnitState::NotSelected
            | UnitState::Cancelled
            | UnitState::AwaitingRollback
            | UnitState::RolledBack => Ok(()),
        }
    }

    fn out_of_time(&mut self, unit: UnitIx) -> Result<(), Illegal> {
        let Some(flight) = self.state.unit(unit).flight.as_ref().filter(|flight| !flight.timed_out) else {
            return Ok(());
        };
        let attempt = flight.attempt;
        self.emit(Event::TimedOut { unit: self.id(unit), attempt })?;
        self.kill(attempt);
        Ok(())
    }

    /// The run, or a service, is later than its objective. Its timer is there only while something it needs is not ready.
    fn late(&mut self, service: Option<u32>) -> Result<(), Illegal> {
        let service =
            service.and_then(|at| self.plan.body().services.get(at as usize)).map(|service| service.id.clone());
        self.emit(Event::RtoExceeded { service })
    }
}
