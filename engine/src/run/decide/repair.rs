//! Verbs of an operator on units that went wrong, or went well and must go again.

use super::super::state::has_gate_ahead;
use super::super::{Actor, Cause, CauseKind, Event, StepIx, UnitEvent, UnitState};
use super::people::{refuse, said};
use super::turn::{Stop, Turn};
use crate::base::UnitId;
use crate::plan::UnitIx;

impl Turn<'_> {
    pub(super) fn retry(&mut self, actor: &Actor, unit: &UnitId, from_start: bool) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        if !self.state.unit(ix).state.is_stuck() {
            return refuse("not_failed", &format!("{unit} is neither failed nor unknown; to do it again, rerun it"));
        }
        let step = if from_start { 0 } else { self.state.unit(ix).step };
        if self.state.unmet[ix.at()] > 0 {
            // Something it needs is being run again. From its first step it waits for that like every other unit.
            if step > 0 {
                let message = format!("what {unit} needs is being run again: wait for it, or retry the whole unit");
                return refuse("needs_not_ready", &message);
            }
            return Ok(self.emit(Event::Rewound { unit: unit.clone(), by: actor.clone() })?);
        }
        Ok(self.reset(actor, ix, step, "retry")?)
    }

    fn reset(
        &mut self,
        actor: &Actor,
        ix: UnitIx,
        step: StepIx,
        reason: &str,
    ) -> Result<(), super::super::apply::Illegal> {
        self.emit(Event::Reset { unit: self.id(ix), step, by: actor.clone(), reason: reason.to_owned() })
    }

    pub(super) fn rerun(&mut self, actor: &Actor, unit: &UnitId, downstream: bool, reason: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let reason = said(reason, "a rerun")?;
        let state = self.state.unit(ix).state;
        if state.next(UnitEvent::Reset).is_none() {
            return refuse("not_settled", &format!("{unit} has not ended yet, so it can not be run again"));
        }
        let after = if downstream { self.plan.graph().downstream(ix) } else { Vec::new() };
        if let Some(busy) = after.iter().find(|unit| self.at_work(**unit)) {
            let busy = self.id(*busy);
            return refuse(
                "downstream_at_work",
                &format!("{busy}, which comes after {unit}, is at work: wait for it or stop it first"),
            );
        }
        // What was skipped before its turn goes back to waiting for it.
        if self.state.unmet[ix.at()] > 0 {
            self.emit(Event::Rewound { unit: unit.clone(), by: actor.clone() })?;
        } else {
            self.reset(actor, ix, 0, &reason)?;
        }
        for unit in after {
            let state = self.state.unit(unit).state;
            if state != UnitState::Pending && state.next(UnitEvent::Rewind).is_some() {
                self.emit(Event::Rewound { unit: self.id(unit), by: actor.clone() })?;
            }
        }
        if !downstream {
            self.call_back(actor, ix)?;
        }
        Ok(())
    }

    /// What comes after a unit that runs again and has begun stays as it is; what only queues waits for it after all.
    fn call_back(&mut self, actor: &Actor, ix: UnitIx) -> Result<(), Stop> {
        for unit in self.plan.graph().downstream(ix) {
            let run = self.state.unit(unit);
            let not_begun = run.state == UnitState::Queued && run.step == 0 && run.tries == 0;
            if not_begun && self.state.unmet[unit.at()] > 0 {
                self.emit(Event::Rewound { unit: self.id(unit), by: actor.clone() })?;
            }
        }
        Ok(())
    }

    pub(super) fn stop(&mut self, actor: &Actor, unit: &UnitId, reason: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let reason = said(reason, "stopping a step")?;
        let Some(flight) = self.state.unit(ix).flight.as_ref() else {
            if self.at_work(ix) {
                // A wait: nothing has to be ended but the waiting.
                let message = format!("{} ended the wait: {reason}", actor.name);
                return Ok(self.fail(ix, Cause { kind: CauseKind::Stopped, message })?);
            }
            return refuse("not_at_work", &format!("{unit} has no step at work that could be stopped"));
        };
        let attempt = flight.attempt;
        self.emit(Event::StopRequested { unit: unit.clone(), attempt, by: actor.clone(), reason })?;
        self.kill(attempt);
        Ok(())
    }

    pub(super) fn skip(&mut self, actor: &Actor, unit: &UnitId, reason: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let reason = said(reason, "a skip")?;
        self.may_pass_over(ix, UnitEvent::Skip)?;
        Ok(self.emit(Event::Skipped { unit: unit.clone(), by: Some(actor.clone()), reason })?)
    }

    pub(super) fn attest(&mut self, actor: &Actor, unit: &UnitId, evidence: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let evidence = said(evidence, "vouching for a unit")?;
        self.may_pass_over(ix, UnitEvent::Attest)?;
        Ok(self.emit(Event::Attested { unit: unit.clone(), by: actor.clone(), evidence })?)
    }

    /// A unit may be passed over where nothing of it is at work, and never around a gate that nobody opened.
    fn may_pass_over(&self, ix: UnitIx, event: UnitEvent) -> Result<(), Stop> {
        let unit = self.plan.unit(ix);
        let run = self.state.unit(ix);
        if run.state.next(event).is_none() {
            let what = if self.at_work(ix) { "is at work: stop it first" } else { "has ended already" };
            return refuse("not_possible_now", &format!("{} {what}", unit.id));
        }
        if has_gate_ahead(unit, run.step) {
            return refuse(
                "gate_not_bypassed",
                &format!("{} holds a gate that nobody has approved; it can not be passed over", unit.id),
            );
        }
        Ok(())
    }
}
