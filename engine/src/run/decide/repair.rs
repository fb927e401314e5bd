//! Verbs of an operator on units that went wrong, or went well and must go again.

use super::super::state::consent_ahead;
use super::super::{Actor, Cause, CauseKind, Event, StepIx, UnitEvent, UnitState};
use super::people::{refuse, said};
use super::turn::{Stop, Turn};
use crate::base::{Text, UnitId};
use crate::plan::UnitIx;

impl Turn<'_> {
    pub(super) fn retry(&mut self, actor: &Actor, unit: &UnitId, from_start: bool) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let was_usable = self.state.unit(ix).usable_at.is_some();
        self.start_over(actor, unit, ix, from_start)?;
        if was_usable && self.state.unit(ix).usable_at.is_none() {
            self.call_back(actor, ix)?;
        }
        Ok(())
    }

    fn start_over(&mut self, actor: &Actor, unit: &UnitId, ix: UnitIx, from_start: bool) -> Result<(), Stop> {
        if !self.state.unit(ix).state.is_stuck() {
            return refuse(
                "not_failed",
                format!("{unit} 단위는 실패도 결과 불명도 아닙니다. 다시 하려면 재실행하십시오"),
                format!("{unit} is neither failed nor unknown; to do it again, rerun it"),
            );
        }
        let run = self.state.unit(ix);
        if run.undoing {
            let first = self.plan.unit(ix).next_back(run.begun, 0);
            let step = first.filter(|_| from_start).unwrap_or(run.step);
            return Ok(self.reset(actor, ix, step, Text::new("재시도", "retry"))?);
        }
        let step = if from_start { 0 } else { run.step };
        if self.state.unmet[ix.at()] > 0 {
            // Something it needs is being run again. From its first step it waits for that like every other unit.
            if step > 0 {
                return refuse(
                    "needs_not_ready",
                    format!("{unit}의 선행 단위를 다시 실행하는 중입니다. 기다리거나 단위 전체를 재시도하십시오"),
                    format!("what {unit} needs is being run again: wait for it, or retry the whole unit"),
                );
            }
            return Ok(self.emit(Event::Rewound { unit: unit.clone(), by: Some(actor.clone()) })?);
        }
        self.needs_stay(ix)?;
        if self.is_unjudged(ix) {
            // Its condition comes before its first step.
            return Ok(self.emit(Event::Rewound { unit: unit.clone(), by: Some(actor.clone()) })?);
        }
        Ok(self.reset(actor, ix, step, Text::new("재시도", "retry"))?)
    }

    fn reset(
        &mut self,
        actor: &Actor,
        ix: UnitIx,
        step: StepIx,
        reason: Text,
    ) -> Result<(), super::super::apply::Illegal> {
        self.emit(Event::Reset { unit: self.id(ix), step, by: actor.clone(), reason })
    }

    pub(super) fn rerun(&mut self, actor: &Actor, unit: &UnitId, downstream: bool, reason: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let reason = said(reason, "재실행", "a rerun")?;
        let state = self.state.unit(ix).state;
        self.not_going_back(ix)?;
        if state.next(UnitEvent::Reset).is_none() {
            return refuse(
                "not_settled",
                format!("{unit} 단위는 아직 끝나지 않아 재실행할 수 없습니다"),
                format!("{unit} has not ended yet, so it can not be run again"),
            );
        }
        if !downstream && self.plan.unit(ix).decision().is_some() && state.satisfies() {
            return refuse(
                "decision_alone",
                format!(
                    "{unit} 단위가 분기를 다시 선택하면 뒤따르는 단위도 달라집니다. 후속 단위까지 함께 재실행하십시오"
                ),
                format!("what comes after {unit} depends on what it decides: run it again together with that"),
            );
        }
        let after = if downstream { self.plan.graph().downstream(ix) } else { Vec::new() };
        if let Some(busy) = after.iter().find(|unit| self.at_work(**unit)) {
            let busy = self.id(*busy);
            return refuse(
                "downstream_at_work",
                format!("{unit} 다음의 {busy} 단위가 실행 중입니다. 끝나기를 기다리거나 먼저 강제 종료하십시오"),
                format!("{busy}, which comes after {unit}, is at work: wait for it or stop it first"),
            );
        }
        if let Some(back) = after.iter().find(|unit| self.state.unit(**unit).is_going_back()) {
            self.not_going_back(*back)?;
        }
        if self.state.unmet[ix.at()] == 0 {
            self.needs_stay(ix)?;
        }
        // What was skipped before its turn goes back to waiting for it; what could not be judged is judged anew.
        if self.state.unmet[ix.at()] > 0 || self.is_unjudged(ix) {
            self.emit(Event::Rewound { unit: unit.clone(), by: Some(actor.clone()) })?;
        } else {
            self.reset(actor, ix, 0, Text::plain(reason))?;
        }
        for unit in after {
            let state = self.state.unit(unit).state;
            if state != UnitState::Pending && state.next(UnitEvent::Rewind).is_some() {
                self.emit(Event::Rewound { unit: self.id(unit), by: Some(actor.clone()) })?;
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
                self.emit(Event::Rewound { unit: self.id(unit), by: Some(actor.clone()) })?;
            }
        }
        Ok(())
    }

    pub(super) fn stop(&mut self, actor: &Actor, unit: &UnitId, reason: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let reason = said(reason, "강제 종료", "stopping a step")?;
        let Some(flight) = self.state.unit(ix).flight.as_ref() else {
            if self.at_work(ix) {
                // A wait: nothing has to be ended but the waiting.
                let name = &actor.name;
                let cause = Cause::new(
                    CauseKind::Stopped,
                    format!("{name} 님이 대기를 끝냈습니다: {reason}"),
                    format!("{name} ended the wait: {reason}"),
                );
                return Ok(self.fail(ix, cause)?);
            }
            return refuse(
                "not_at_work",
                format!("{unit} 단위에는 강제 종료할 실행 중인 단계가 없습니다"),
                format!("{unit} has no step at work that could be stopped"),
            );
        };
        let attempt = flight.attempt;
        self.emit(Event::StopRequested { unit: unit.clone(), attempt, by: actor.clone(), reason })?;
        self.kill(attempt);
        Ok(())
    }

    pub(super) fn skip(&mut self, actor: &Actor, unit: &UnitId, reason: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let reason = said(reason, "건너뛰기", "a skip")?;
        self.needs_stay(ix)?;
        self.may_pass_over(ix, UnitEvent::Skip)?;
        Ok(self.emit(Event::Skipped { unit: unit.clone(), by: Some(actor.clone()), reason: Text::plain(reason) })?)
    }

    pub(super) fn attest(&mut self, actor: &Actor, unit: &UnitId, evidence: String) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let evidence = said(evidence, "수동 확인", "vouching for a unit")?;
        if self.state.unit(ix).undoing && self.state.unit(ix).state != UnitState::AwaitingRollback {
            // What is at stake then is whether it is undone.
            self.may_pass_over(ix, UnitEvent::RolledBack)?;
            return Ok(self.emit(Event::RolledBack { unit: unit.clone(), by: Some(actor.clone()), evidence })?);
        }
        if self.plan.unit(ix).decision().is_some() {
            return refuse(
                "choose_a_branch",
                format!("{unit} 단위의 일은 분기 선택입니다. 수동 확인 대신 분기를 선택하십시오"),
                format!("the work of {unit} is to decide: choose a branch instead of vouching for it"),
            );
        }
        self.needs_stay(ix)?;
        self.may_pass_over(ix, UnitEvent::Attest)?;
        Ok(self.emit(Event::Attested { unit: unit.clone(), by: actor.clone(), evidence })?)
    }

    /// What is passed over lets others begin, and what starts again begins itself: both stand on all that it needs, also
    /// beyond what was passed over or left out and holds nobody up.
    fn needs_stay(&self, ix: UnitIx) -> Result<(), Stop> {
        self.not_going_back(ix)?;
        let needs = self.plan.graph().upstream_of([ix]);
        let back = needs.into_iter().find(|need| self.state.unit(*need).is_going_back());
        back.map_or(Ok(()), |need| self.not_going_back(need))
    }

    /// Nothing else is decided about a unit while it is undone.
    fn not_going_back(&self, ix: UnitIx) -> Result<(), Stop> {
        if !self.state.unit(ix).is_going_back() {
            return Ok(());
        }
        let unit = &self.plan.unit(ix).id;
        refuse(
            "rolling_back",
            format!(
                "{unit} 단위를 되돌리는 중입니다. 기다리십시오. 되돌리기 작업이 실패했으면 다시 시도하거나, 되돌렸음을 수동 확인하십시오"
            ),
            format!(
                "{unit} is being rolled back: wait for it; where a step of that failed, retry it or attest that it is undone"
            ),
        )
    }

    /// A unit may be passed over where nothing of it is at work, and never around a gate that nobody opened: neither one of its
    /// own, nor one that it still waits for, since what is passed over before its turn lets others begin.
    fn may_pass_over(&self, ix: UnitIx, event: UnitEvent) -> Result<(), Stop> {
        let unit = self.plan.unit(ix);
        let run = self.state.unit(ix);
        if run.state.next(event).is_none() {
            let (ko, en) = if self.at_work(ix) {
                ("실행 중입니다. 먼저 강제 종료하십시오", "is at work: stop it first")
            } else {
                ("이미 끝났습니다", "has ended already")
            };
            return refuse("not_possible_now", format!("{} 단위는 {ko}", unit.id), format!("{} {en}", unit.id));
        }
        if let Some(step) = consent_ahead(self.plan, ix, run.step) {
            let (ko, en) = if step.action.gate().is_some() {
                (
                    "단위에는 아무도 승인하지 않은 게이트가 있어 지나칠 수 없습니다",
                    "holds a gate that nobody has approved; it can not be passed over",
                )
            } else {
                (
                    "단위는 게이트가 있는 런북을 호출하므로 지나칠 수 없습니다. 호출된 실행에서 승인을 받거나, 재시도하여 다시 호출하십시오",
                    "calls a runbook with gates and can not be passed over: have them approved in the run that it calls, or retry it to call that again",
                )
            };
            return refuse("gate_not_bypassed", format!("{} {ko}", unit.id), format!("{} {en}", unit.id));
        }
        let Some(gate) = self.gate_before(ix) else { return Ok(()) };
        let gate = &self.plan.unit(gate).id;
        refuse(
            "gate_not_bypassed",
            format!(
                "{} 단위는 아무도 승인하지 않은 {gate}의 게이트 뒤에 있어 지나칠 수 없습니다. 먼저 승인을 받으십시오",
                unit.id
            ),
            format!(
                "{} comes after the gate of {gate}, which nobody has approved, and can not be passed over: have that approved first",
                unit.id
            ),
        )
    }

    /// A unit whose gate nobody has approved and that this one waits for, in however many steps.
    fn gate_before(&self, ix: UnitIx) -> Option<UnitIx> {
        if self.state.unmet[ix.at()] == 0 {
            return None;
        }
        let shut = |need: &UnitIx| {
            let run = self.state.unit(*need);
            !run.lets_others_begin() && consent_ahead(self.plan, *need, run.step).is_some()
        };
        self.plan.graph().upstream_of([ix]).into_iter().find(shut)
    }
}
