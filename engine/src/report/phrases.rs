//! Every event of the journal as a sentence, in both languages.

use super::names::Names;
use super::words::{Word as _, pick};
use crate::base::{Lang, LockName, RoleName, Timestamp, UnitId};
use crate::run::{Actor, Event, Hand, ManualWork, Outcome, Saw};

/// An event in words. Texts that people or systems gave are taken over as they are: whoever prints them escapes them.
#[expect(clippy::too_many_lines, reason = "one arm an event: a table of sentences")]
pub fn phrase(event: &Event, names: &dyn Names, lang: Lang) -> String {
    let ko = lang == Lang::Ko;
    let say = |korean: String, english: String| if ko { korean } else { english };
    let name = |unit: &UnitId| names.unit(unit, lang);
    match event {
        Event::Declared(header) => {
            let (who, mode) = (person(Some(&header.requester), lang), header.mode.word(lang));
            let why = if header.reason.is_empty() { String::new() } else { format!(": {}", header.reason) };
            say(format!("{who} 선포 ({mode}){why}"), format!("Declared by {who} ({mode}){why}"))
        }
        Event::Adopted { engine, token, clock: _ } => say(
            format!("엔진 {engine}에서 실행을 맡음 (토큰 {token})"),
            format!("Engine {engine} took the run over (token {token})"),
        ),
        Event::Marked { mark, value, by, reason } => {
            let (mark, at, who) = (mark.word(lang), names.instant(*value), person(by.as_ref(), lang));
            let why = after_colon(reason);
            say(format!("{mark} 시점 = {at} ({who}){why}"), format!("Mark {mark} = {at} ({who}){why}"))
        }
        Event::RtoExceeded { service: None } => {
            pick(lang, "전체 복구목표시간(RTO) 초과", "The run exceeded its RTO").to_owned()
        }
        Event::RtoExceeded { service: Some(service) } => {
            let service = names.service(service, lang);
            say(format!("업무 {service} 복구목표시간(RTO) 초과"), format!("Service {service} exceeded its RTO"))
        }
        Event::Paused { by, reason } => {
            let (who, reason) = (person(by.as_ref(), lang), reason.get(lang));
            say(format!("{who} 일시 정지: {reason}"), format!("Paused by {who}: {reason}"))
        }
        Event::ExerciseHeld { by, reason } => {
            let (who, reason) = (person(Some(by), lang), reason.get(lang));
            say(format!("{who} 훈련 정지: {reason}"), format!("Exercise held by {who}: {reason}"))
        }
        Event::Resumed { by } => {
            let who = person(Some(by), lang);
            say(format!("{who} 재개"), format!("Resumed by {who}"))
        }
        Event::AbortRequested { by, reason } => {
            let (who, reason) = (person(by.as_ref(), lang), reason.get(lang));
            say(format!("{who} 중단 요청: {reason}"), format!("Abort asked for by {who}: {reason}"))
        }
        Event::Stalled => {
            pick(lang, "사람의 조치 없이는 진행할 수 없음", "Nothing can move before a person decides").to_owned()
        }
        Event::Ended { end } => {
            let end = end.word(lang);
            say(format!("실행 종료: {end}"), format!("The run is over: {end}"))
        }
        Event::Obeyed { by, verb, .. } => {
            let who = person(Some(by), lang);
            say(format!("{who} 요청 처리: {verb}"), format!("Request of {who} carried out: {verb}"))
        }
        Event::Eligible { unit } => {
            let unit = name(unit);
            say(
                format!("{unit}: 선행 조건 충족, 시간 측정 시작"),
                format!("{unit}: all it needs is ready, its clock starts"),
            )
        }
        Event::Started { unit, step, attempt, number, purpose, .. } => {
            let (unit, step, what) = (name(unit), names.step(unit, *step, lang), purpose.word(lang));
            say(
                format!("{unit}: {step} — {what} 시작 ({number}회차, 시도 #{})", attempt.0),
                format!("{unit}: {step} — {what} started (try {number}, attempt #{})", attempt.0),
            )
        }
        Event::TimedOut { unit, attempt } => {
            let unit = name(unit);
            say(
                format!("{unit}: 시도 #{} 제한 시간 초과", attempt.0),
                format!("{unit}: attempt #{} ran out of its time", attempt.0),
            )
        }
        Event::Finished { unit, attempt, outcome } => {
            let (unit, how) = (name(unit), outcome_words(outcome, lang));
            say(format!("{unit}: 시도 #{} {how}", attempt.0), format!("{unit}: attempt #{} {how}", attempt.0))
        }
        Event::Late { unit, attempt, outcome } => {
            let (unit, how) = (name(unit), outcome_words(outcome, lang));
            say(
                format!("{unit}: 시도 #{} 늦은 결과, 반영하지 않음: {how}", attempt.0),
                format!("{unit}: late result of attempt #{}, changes nothing: {how}", attempt.0),
            )
        }
        Event::RetryScheduled { unit, step, due } => {
            let (unit, step, due) = (name(unit), names.step(unit, *step, lang), names.instant(*due));
            say(format!("{unit}: {step} — {due} 재시도 예정"), format!("{unit}: {step} — to be tried again at {due}"))
        }
        Event::GateOpened { unit, deadline, .. } => {
            let (unit, until) = (name(unit), until(*deadline, names, lang));
            say(format!("{unit}: 승인 요청{until}"), format!("{unit}: asks for approval{until}"))
        }
        Event::Voted { unit, vote } => {
            let (unit, who, role) = (name(unit), voter(&vote.hand, &vote.by, lang), &vote.role);
            let comment = after_colon(&vote.comment);
            let how = if vote.approve { pick(lang, "승인", "approved") } else { pick(lang, "반려", "rejected") };
            say(format!("{unit}: {who} {how} ({role}){comment}"), format!("{unit}: {who} {how} as {role}{comment}"))
        }
        Event::GateReminded { unit } => {
            let unit = name(unit);
            say(
                format!("{unit}: 승인 제한 시간의 절반 경과, 승인자에게 다시 알림"),
                format!("{unit}: half of the time for approval is over, approvers are reminded"),
            )
        }
        Event::GateEscalated { unit, level, roles } => {
            let (unit, roles) = (name(unit), roles.iter().map(RoleName::as_str).collect::<Vec<_>>().join(", "));
            say(
                format!("{unit}: {level}단계 상신, {roles} 역할도 승인할 수 있음"),
                format!("{unit}: escalated to level {level}, {roles} may vote as well"),
            )
        }
        Event::GateOverdue { unit } => {
            let unit = name(unit);
            say(format!("{unit}: 승인 기한 경과"), format!("{unit}: approval is overdue"))
        }
        Event::GateDecided { unit, in_default: true, .. } => {
            let unit = name(unit);
            say(format!("{unit}: 기한 안에 승인되지 않아 닫힘"), format!("{unit}: closed, not approved in time"))
        }
        Event::GateDecided { unit, approved, in_default: false } => {
            let how = if *approved { pick(lang, "승인됨", "approved") } else { pick(lang, "반려됨", "rejected") };
            let unit = name(unit);
            say(format!("{unit}: 게이트 {how}"), format!("{unit}: gate {how}"))
        }
        Event::ManualOpened { unit, step } => {
            let (unit, step) = (name(unit), names.step(unit, *step, lang));
            say(format!("{unit}: {step} — 수작업 요청"), format!("{unit}: {step} — manual work is asked for"))
        }
        Event::ManualWorked { unit, by, work } => {
            format!("{}: {}", name(unit), manual_work(work, &person(Some(by), lang), lang))
        }
        Event::ManualClosed { unit, by, result, evidence, measure } => {
            let (unit, who, result) = (name(unit), person(Some(by), lang), result.word(lang));
            let number = measure.as_ref().map_or_else(String::new, |number| format!(" ({number})"));
            let why = format!("{number}{}", after_colon(evidence));
            say(format!("{unit}: {who} 수작업 {result}{why}"), format!("{unit}: manual work by {who}: {result}{why}"))
        }
        Event::Passed { unit, step, until: end } => {
            let (unit, step, until) = (name(unit), names.step(unit, *step, lang), until(*end, names, lang));
            say(format!("{unit}: {step} — 통과{until}"), format!("{unit}: {step} — passes{until}"))
        }
        Event::Requeued { unit } => {
            let unit = name(unit);
            say(format!("{unit}: 재시도할 차례"), format!("{unit}: its retry is due"))
        }
        Event::StopRequested { unit, attempt, by, reason } => {
            let (unit, who) = (name(unit), person(Some(by), lang));
            say(
                format!("{unit}: {who} 시도 #{} 강제 종료: {reason}", attempt.0),
                format!("{unit}: attempt #{} stopped by {who}: {reason}", attempt.0),
            )
        }
        Event::StepDone { unit, next } => {
            let (unit, step) = (name(unit), names.step(unit, *next, lang));
            say(format!("{unit}: 다음 — {step}"), format!("{unit}: goes on — {step}"))
        }
        Event::Ready { unit } => {
            let unit = name(unit);
            say(format!("{unit}: 준비 완료"), format!("{unit}: ready"))
        }
        Event::Failed { unit, cause } => {
            let (unit, kind, message) = (name(unit), cause.kind.word(lang), cause.message.get(lang));
            say(format!("{unit}: 실패 ({kind}): {message}"), format!("{unit}: failed ({kind}): {message}"))
        }
        Event::Unknown { unit, why } => {
            let (unit, why) = (name(unit), why.get(lang));
            say(format!("{unit}: 결과 불명: {why}"), format!("{unit}: unknown: {why}"))
        }
        Event::Attested { unit, by, evidence } => {
            let (unit, who) = (name(unit), person(Some(by), lang));
            say(format!("{unit}: {who} 수동 확인: {evidence}"), format!("{unit}: attested by {who}: {evidence}"))
        }
        Event::Skipped { unit, by, reason } => {
            let (unit, who, reason) = (name(unit), person(by.as_ref(), lang), reason.get(lang));
            say(format!("{unit}: {who} 건너뜀: {reason}"), format!("{unit}: skipped by {who}: {reason}"))
        }
        Event::Judged { unit, by: Some(by), reason, .. } => {
            let (unit, who) = (name(unit), person(Some(by), lang));
            say(
                format!("{unit}: {who} 조건 성립으로 판단: {reason}"),
                format!("{unit}: its condition is taken to hold by {who}: {reason}"),
            )
        }
        Event::Judged { unit, holds, saw, .. } => {
            let (unit, saw) = (name(unit), saw_words(saw, lang));
            match holds {
                Some(true) => say(format!("{unit}: 조건 성립{saw}"), format!("{unit}: its condition holds{saw}")),
                Some(false) => {
                    say(format!("{unit}: 조건 불성립{saw}"), format!("{unit}: its condition does not hold{saw}"))
                }
                None => say(
                    format!("{unit}: 조건을 판단할 수 없음{saw}"),
                    format!("{unit}: its condition can not be judged{saw}"),
                ),
            }
        }
        Event::Decided { unit, branch: None, saw, .. } => {
            let (unit, saw) = (name(unit), saw_words(saw, lang));
            say(format!("{unit}: 성립하는 분기 없음{saw}"), format!("{unit}: no branch to take{saw}"))
        }
        Event::Decided { unit, branch: Some(branch), by: None, saw, .. } => {
            let (unit, saw) = (name(unit), saw_words(saw, lang));
            say(format!("{unit}: {branch} 분기 선택{saw}"), format!("{unit}: takes the branch {branch}{saw}"))
        }
        Event::Decided { unit, branch: Some(branch), by: Some(by), reason, .. } => {
            let (unit, who) = (name(unit), person(Some(by), lang));
            say(
                format!("{unit}: {who} {branch} 분기 선택: {reason}"),
                format!("{unit}: branch {branch} chosen by {who}: {reason}"),
            )
        }
        Event::NotSelected { unit, why } => {
            let (unit, why) = (name(unit), why.text());
            let why = why.get(lang);
            say(format!("{unit}: 대상 아님: {why}"), format!("{unit}: no part of this run: {why}"))
        }
        Event::Cancelled { unit } => {
            let unit = name(unit);
            say(format!("{unit}: 취소"), format!("{unit}: cancelled"))
        }
        Event::Reset { unit, step, by, reason } => {
            let (unit, step, who) = (name(unit), names.step(unit, *step, lang), person(Some(by), lang));
            let why = after_colon(reason.get(lang));
            say(
                format!("{unit}: {who} ‘{step}’부터 다시 시작{why}"),
                format!("{unit}: started again from “{step}” by {who}{why}"),
            )
        }
        Event::Rewound { unit, by } => {
            let (unit, who) = (name(unit), person(by.as_ref(), lang));
            say(
                format!("{unit}: 선행 단위 재실행으로 다시 대기 ({who})"),
                format!("{unit}: waits anew for what is run again ({who})"),
            )
        }
        Event::Recalled { unit, by, reason } => {
            let (unit, who, reason) = (name(unit), person(by.as_ref(), lang), reason.get(lang));
            say(
                format!("{unit}: {who} 실행 중인 시도가 끝나면 되돌리기: {reason}"),
                format!("{unit}: called back by {who}, rolled back once its attempt has ended: {reason}"),
            )
        }
        Event::RollbackAsked { unit, by, reason } => {
            let (unit, who, reason) = (name(unit), person(by.as_ref(), lang), reason.get(lang));
            say(
                format!("{unit}: {who} 되돌리기 요청: {reason}"),
                format!("{unit}: rollback asked for by {who}: {reason}"),
            )
        }
        Event::RollbackBegun { unit, .. } => {
            let unit = name(unit);
            say(format!("{unit}: 되돌리기 시작"), format!("{unit}: rollback begins"))
        }
        Event::RolledBack { unit, by: None, .. } => {
            let unit = name(unit);
            say(format!("{unit}: 되돌림"), format!("{unit}: rolled back"))
        }
        Event::RolledBack { unit, by: Some(by), evidence } => {
            let (unit, who) = (name(unit), person(Some(by), lang));
            say(
                format!("{unit}: {who} 되돌림 확인: {evidence}"),
                format!("{unit}: attested as undone by {who}: {evidence}"),
            )
        }
        Event::StartAwaited { unit, run } => {
            let unit = name(unit);
            match run {
                Some(run) => say(format!("{unit}: 실행 {run}을(를) 기다림"), format!("{unit}: waits for run {run}")),
                None => say(
                    format!("{unit}: 기다릴 실행이 아직 없음"),
                    format!("{unit}: waits for a run that is not there yet"),
                ),
            }
        }
        Event::StartReached { unit, run } => {
            let unit = name(unit);
            match run {
                Some(run) => say(
                    format!("{unit}: 실행 {run}이(가) 기다리던 지점에 이름"),
                    format!("{unit}: run {run} has come where it was waited for"),
                ),
                None => say(
                    format!("{unit}: 모의 단독 실행이라 기다리지 않음"),
                    format!("{unit}: played alone, so nobody is waited for"),
                ),
            }
        }
        Event::LockAwaited { unit, lock, holder } => {
            let (unit, run, runbook) = (name(unit), holder.run, &holder.runbook);
            say(
                format!("{unit}: 잠금 {lock} 대기 — 실행 {run} ({runbook})이(가) 보유 중"),
                format!("{unit}: waits for the lock {lock}, which run {run} ({runbook}) has"),
            )
        }
        Event::Locked { unit, locks } => {
            let locks: Vec<&str> = locks.iter().map(LockName::as_str).collect();
            let (unit, locks) = (name(unit), locks.join(", "));
            say(
                format!("{unit}: 잠금 {locks} 확보, 실행이 끝날 때까지 보유"),
                format!("{unit}: took the lock {locks}, until the run is over"),
            )
        }
        Event::TargetExceeded { unit } => {
            let unit = name(unit);
            say(format!("{unit}: 단위 목표시간 초과"), format!("{unit}: exceeded its target"))
        }
    }
}

/// A person with the door they came through; the engine where there is none.
/// Who voted, in whose name, and through which door.
pub(super) fn voter(hand: &Hand, by: &Actor, lang: Lang) -> String {
    match hand {
        Hand::Own => person(Some(by), lang),
        Hand::For(_) | Hand::Phone(_) => hand.who(&by.name).get(lang).to_owned(),
    }
}

pub(super) fn person(by: Option<&Actor>, lang: Lang) -> String {
    by.map_or_else(
        || pick(lang, "엔진", "engine").to_owned(),
        |actor| format!("{} ({})", actor.name, actor.via.word(lang)),
    )
}

/// How much an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It only binds others together: screens leave it out.
    Thread,
    /// A step on the way: long reports leave it to the JSON.
    Step,
    /// What people did, what failed, what became ready.
    Fact,
}

/// The weight of an event.
pub const fn weight(event: &Event) -> Weight {
    match event {
        Event::Eligible { .. }
        | Event::Requeued { .. }
        | Event::Passed { .. }
        | Event::StepDone { .. }
        | Event::Judged { holds: Some(true), by: None, .. }
        | Event::Obeyed { .. } => Weight::Thread,
        Event::Started { .. } | Event::Finished { outcome: Outcome::Succeeded { .. }, .. } => Weight::Step,
        Event::Declared(_)
        | Event::Adopted { .. }
        | Event::Marked { .. }
        | Event::TimedOut { .. }
        | Event::Finished { outcome: Outcome::Failed { .. } | Outcome::Unknown { .. }, .. }
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
        | Event::StopRequested { .. }
        | Event::Ready { .. }
        | Event::Failed { .. }
        | Event::Unknown { .. }
        | Event::Attested { .. }
        | Event::Skipped { .. }
        | Event::Judged { holds: Some(false) | None, .. }
        | Event::Judged { by: Some(_), .. }
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
        | Event::TargetExceeded { .. }
        | Event::RtoExceeded { .. }
        | Event::Paused { .. }
        | Event::ExerciseHeld { .. }
        | Event::Resumed { .. }
        | Event::AbortRequested { .. }
        | Event::Stalled
        | Event::Ended { .. } => Weight::Fact,
    }
}

/// What somebody did about manual work that is open.
fn manual_work(work: &ManualWork, who: &str, lang: Lang) -> String {
    let say = |ko: String, en: String| match lang {
        Lang::Ko => ko,
        Lang::En => en,
    };
    match work {
        ManualWork::Claimed => say(format!("{who} 수작업 맡음"), format!("{who} does the manual work")),
        ManualWork::Released => say(format!("{who} 수작업 내려놓음"), format!("manual work released by {who}")),
        ManualWork::Assigned { to } => {
            say(format!("{who} 수작업 배정 → {to}"), format!("{who} assigned the manual work to {to}"))
        }
        ManualWork::Ticked { item, result, note } => {
            let (item, result, why) = (u32::from(*item) + 1, result.word(lang), after_colon(note));
            say(
                format!("{who} 점검표 {item}번 항목 {result}{why}"),
                format!("item {item} of the checklist by {who}: {result}{why}"),
            )
        }
        ManualWork::Attached { file } => {
            let (name, digest) = (file.name.as_str(), file.digest.short());
            say(
                format!("{who} 증빙 파일 제출: {name} (SHA-256 {digest}…)"),
                format!("{who} handed in {name} as evidence (SHA-256 {digest}…)"),
            )
        }
        ManualWork::Reported { result, evidence, measure } => {
            let number = measure.as_ref().map_or_else(String::new, |number| format!(" ({number})"));
            let (result, why) = (result.word(lang), after_colon(evidence));
            say(
                format!("{who} 수작업 {result} 보고, 다른 사람의 확인 대기{number}{why}"),
                format!("{who} reported the manual work {result}, a second person must check it{number}{why}"),
            )
        }
        ManualWork::Checked { accepted, comment } => {
            let why = after_colon(comment);
            if *accepted {
                say(format!("{who} 수작업 확인{why}"), format!("manual work checked by {who}{why}"))
            } else {
                say(format!("{who} 수작업 돌려보냄{why}"), format!("manual work sent back by {who}{why}"))
            }
        }
    }
}

fn outcome_words(outcome: &Outcome, lang: Lang) -> String {
    match outcome {
        Outcome::Succeeded { seen } => {
            format!("{}{}", pick(lang, "성공", "succeeded"), after_colon(seen.summary.get(lang)))
        }
        Outcome::Failed { cause, .. } => {
            format!("{} ({}): {}", pick(lang, "실패", "failed"), cause.kind.word(lang), cause.message.get(lang))
        }
        Outcome::Unknown { why, .. } => {
            format!("{}: {}", pick(lang, "결과 불명", "can not be told"), why.get(lang))
        }
    }
}

fn until(at: Option<Timestamp>, names: &dyn Names, lang: Lang) -> String {
    at.map_or_else(String::new, |at| format!(" ({} {})", pick(lang, "기한", "until"), names.instant(at)))
}

/// The values that a condition looked at, in brackets.
pub(super) fn saw_words(saw: &Saw, lang: Lang) -> String {
    if saw.is_empty() {
        return String::new();
    }
    let nothing = pick(lang, "값 없음", "no value");
    let value = |value: &Option<String>| value.as_ref().map_or_else(|| nothing.to_owned(), |value| shown(value));
    let values = saw.iter().map(|(name, it)| format!("{name} = {}", value(it))).collect::<Vec<_>>().join(", ");
    format!(" [{values}]")
}

/// A value in a line: its beginning, where it is long.
fn shown(value: &str) -> String {
    const SHOWN: usize = 80;
    let line = value.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(SHOWN).collect();
    if cut.len() == value.len() { format!("{cut:?}") } else { format!("{cut:?}…") }
}

fn after_colon(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!(": {text}") }
}
