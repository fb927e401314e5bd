//! What people ask: permission first, then the verb.

use super::super::authority::{Act, permit};
use super::super::{Actor, Cause, CauseKind, Control, Event, Request, Scope, UnitState, Vote};
use super::turn::{Refusal, Stop, Turn};
use crate::base::{Bilingual as _, Digest, Text, UnitId};
use crate::plan::{Action, Gate, OnReject, UnitIx};

/// Longest reason, comment or evidence text, in characters.
const TEXT_LIMIT: usize = 4_000;

impl Turn<'_> {
    pub(super) fn carry_out(&mut self, actor: &Actor, request: Request) -> Result<(), Stop> {
        let simulated = self.state.header.simulation.as_ref().is_some_and(|simulation| simulation.people);
        permit(actor, Act::Ask(&request), simulated).map_err(Refusal::from)?;
        if let Control::Over(_) = self.state.control
            && !matches!(request, Request::SetMark { .. })
        {
            return refuse("run_is_over", "실행이 끝났습니다. 새로 선포하십시오", "the run is over; declare a new one");
        }
        match request {
            Request::Pause { reason } => self.pause(actor, reason),
            Request::Resume => self.resume(actor),
            Request::Abort { reason } => {
                if self.state.control == Control::Abort {
                    return refuse("aborting_already", "이미 중단하는 중입니다", "the run is being aborted already");
                }
                let reason = said(reason, "중단", "an abort")?;
                Ok(self.abort(Some(actor.clone()), Text::plain(reason))?)
            }
            Request::SetMark { mark, at, reason } => {
                if at > self.now {
                    return refuse(
                        "mark_in_future",
                        "시점은 미래일 수 없습니다",
                        "a milestone can not lie in the future",
                    );
                }
                let reason = said(reason, "시점 기록", "setting a milestone")?;
                Ok(self.emit(Event::Marked { mark, value: at, by: Some(actor.clone()), reason })?)
            }
            _ if self.state.control == Control::Abort => refuse(
                "run_is_aborting",
                "실행을 중단하는 중이라 새로 시작하는 것이 없습니다",
                "the run is being aborted; nothing new is started",
            ),
            Request::Vote { unit, approve, comment, digest } => self.vote(actor, &unit, approve, comment, digest),
            Request::Manual { unit, opening, work } => self.manual(actor, &unit, opening, work),
            Request::RetryStep { unit } => self.retry(actor, &unit, false),
            Request::RetryUnit { unit } => self.retry(actor, &unit, true),
            Request::Rerun { unit, downstream, reason } => self.rerun(actor, &unit, downstream, reason),
            Request::Rollback { scope, downstream, reason } => {
                let reason = Text::plain(said(reason, "되돌리기", "a rollback")?);
                self.roll_back(actor, &scope, downstream, &reason)
            }
            Request::Stop { unit, reason } => self.stop(actor, &unit, reason),
            Request::Skip { unit, reason } => self.skip(actor, &unit, reason),
            Request::Attest { unit, evidence } => self.attest(actor, &unit, evidence),
            Request::Choose { unit, branch, reason } => self.choose(actor, &unit, branch, reason),
        }
    }

    fn pause(&mut self, actor: &Actor, reason: String) -> Result<(), Stop> {
        match self.state.control {
            Control::Hold => refuse("paused_already", "이미 일시 정지되어 있습니다", "the run is paused already"),
            Control::Abort => refuse(
                "run_is_aborting",
                "실행을 중단하는 중이라 일시 정지할 수 없습니다",
                "the run is being aborted; it can not be paused",
            ),
            Control::New | Control::Go | Control::Over(_) => {
                let reason = Text::plain(said(reason, "일시 정지", "a pause")?);
                Ok(self.emit(Event::Paused { by: Some(actor.clone()), reason })?)
            }
        }
    }

    fn resume(&mut self, actor: &Actor) -> Result<(), Stop> {
        if self.state.control != Control::Hold {
            return refuse(
                "not_paused",
                "일시 정지되어 있지 않아 재개할 것이 없습니다",
                "the run is not paused; there is nothing to resume",
            );
        }
        Ok(self.emit(Event::Resumed { by: actor.clone() })?)
    }

    fn vote(
        &mut self,
        actor: &Actor,
        unit: &UnitId,
        approve: bool,
        comment: String,
        digest: Digest,
    ) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let gate = self.gate_of(ix)?;
        let comment = bounded(comment)?;
        let requester = self.state.header.requester.name.clone();
        let open = self.state.unit(ix).gate.as_ref();
        let Some(open) = open.filter(|_| self.state.unit(ix).state == UnitState::AwaitingGate) else {
            return refuse(
                "gate_not_open",
                format!("{unit}의 게이트는 지금 열려 있지 않습니다"),
                format!("the gate of {unit} is not open now"),
            );
        };
        let role = open
            .admit(&gate, &requester, actor, approve, &comment, digest)
            .map_err(|refused| Refusal { code: refused.code(), message: refused.text() })?;
        let vote = Vote { by: actor.clone(), role, approve, comment: comment.clone(), digest };
        self.emit(Event::Voted { unit: unit.clone(), vote })?;
        let decided = self.state.unit(ix).gate.as_ref().and_then(|open| open.decision(&gate));
        let Some(approved) = decided else {
            return Ok(());
        };
        let place = self.state.unit(ix).step;
        self.emit(Event::GateDecided { unit: unit.clone(), approved })?;
        if approved {
            return Ok(self.step_done(ix, place + 1)?);
        }
        let name = &actor.name;
        let cause = Cause::new(
            CauseKind::Rejected,
            format!("{name} 님이 반려했습니다: {comment}"),
            format!("{name} rejected it: {comment}"),
        );
        let on_reject = if self.state.unit(ix).undoing { OnReject::Fail } else { gate.on_reject };
        match on_reject {
            OnReject::Fail => Ok(self.fail(ix, cause)?),
            OnReject::Rollback => {
                let reason = cause.message.clone();
                self.emit(Event::Failed { unit: unit.clone(), cause })?;
                match self.roll_back(actor, &Scope::Run, true, &reason) {
                    // It stays rejected, and people decide: there is no way back, or none that can be told now.
                    Ok(()) | Err(Stop::Refused(_)) => Ok(()),
                    Err(stop @ Stop::Illegal(_)) => Err(stop),
                }
            }
            OnReject::Abort => {
                let reason = cause.message.clone();
                self.emit(Event::Failed { unit: unit.clone(), cause })?;
                Ok(self.abort(Some(actor.clone()), reason)?)
            }
        }
    }

    pub(super) fn known(&self, unit: &UnitId) -> Result<UnitIx, Refusal> {
        self.plan.find(unit).ok_or_else(|| Refusal {
            code: "no_such_unit",
            message: Text::new(format!("이 실행에는 {unit} 단위가 없습니다"), format!("this run has no unit {unit}")),
        })
    }

    fn gate_of(&self, ix: UnitIx) -> Result<Gate, Refusal> {
        match self.state.step(self.plan, ix).map(|step| &step.action) {
            Some(Action::Gate(gate)) => Ok(gate.clone()),
            _ => {
                let unit = &self.plan.unit(ix).id;
                let message = Text::new(
                    format!("{unit} 단위는 지금 게이트에 있지 않습니다"),
                    format!("{unit} is not at a gate now"),
                );
                Err(Refusal { code: "gate_not_open", message })
            }
        }
    }
}

pub(super) fn refuse(code: &'static str, ko: impl Into<String>, en: impl Into<String>) -> Result<(), Stop> {
    Err(Stop::Refused(Refusal { code, message: Text::new(ko, en) }))
}

/// A text that must say something; `ko` and `en` name what it is given for.
pub(super) fn said(text: String, ko: &str, en: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() {
        let message = Text::new(format!("{ko}에는 사유가 있어야 합니다"), format!("{en} needs a reason"));
        return Err(Refusal { code: "reason_missing", message });
    }
    bounded(text)
}

pub(super) fn bounded(text: String) -> Result<String, Refusal> {
    if text.chars().count() > TEXT_LIMIT {
        let message = Text::new(
            format!("{TEXT_LIMIT}자까지만 적을 수 있습니다"),
            format!("at most {TEXT_LIMIT} characters are kept"),
        );
        return Err(Refusal { code: "text_too_long", message });
    }
    Ok(text)
}
