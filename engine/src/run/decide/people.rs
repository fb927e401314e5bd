//! What people ask: permission first, then the verb.

use super::super::authority::{Act, permit, second};
use super::super::{Actor, Control, Event, Request};
use super::turn::{Refusal, Stop, Turn};
use crate::base::{Mode, Text, UnitId};
use crate::plan::UnitIx;

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
            Request::ExerciseHold { reason } => self.exercise_hold(actor, reason),
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
            Request::Vote { unit, ballot } => self.vote(actor, &unit, *ballot),
            Request::Manual { unit, opening, work } => self.manual(actor, &unit, opening, work),
            Request::RetryStep { unit } => self.retry(actor, &unit, false),
            Request::RetryUnit { unit } => self.retry(actor, &unit, true),
            Request::Rerun { unit, downstream, reason } => self.rerun(actor, &unit, downstream, reason),
            Request::Rollback { scope, downstream, reason } => {
                let reason = Text::plain(said(reason, "되돌리기", "a rollback")?);
                self.roll_back(Some(actor), &scope, downstream, &reason)
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

    fn exercise_hold(&mut self, actor: &Actor, reason: String) -> Result<(), Stop> {
        if self.state.header.mode == Mode::Real {
            return refuse(
                "hold_in_real",
                "실제 재해에서는 시계를 멈출 수 없습니다. 일시 정지하십시오",
                "in a real disaster no clock can be held; pause the run instead",
            );
        }
        match self.state.control {
            Control::Hold if self.state.exclusions.is_open() => {
                refuse("held_already", "훈련이 이미 정지되어 있습니다", "the exercise is held already")
            }
            Control::Abort => refuse(
                "run_is_aborting",
                "실행을 중단하는 중이라 훈련을 정지할 수 없습니다",
                "the run is being aborted; the exercise can not be held",
            ),
            Control::New | Control::Go | Control::Hold | Control::Over(_) => {
                let reason = Text::plain(said(reason, "훈련 정지", "holding the exercise")?);
                Ok(self.emit(Event::ExerciseHeld { by: actor.clone(), reason })?)
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
        if self.state.awaits_second() {
            second(actor, &self.state.header.requester).map_err(Refusal::from)?;
        }
        Ok(self.emit(Event::Resumed { by: actor.clone() })?)
    }

    pub(super) fn known(&self, unit: &UnitId) -> Result<UnitIx, Refusal> {
        self.plan.find(unit).ok_or_else(|| Refusal {
            code: "no_such_unit",
            message: Text::new(format!("이 실행에는 {unit} 단위가 없습니다"), format!("this run has no unit {unit}")),
        })
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
