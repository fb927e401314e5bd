//! One line of the log in words.

use super::{Event, Grade};
use crate::base::{Lang, Timestamp};
use crate::report::Word as _;

fn moment(at: Timestamp) -> String {
    at.in_seoul().get(..16).unwrap_or_default().to_owned()
}

fn graded(grade: Option<Grade>, lang: Lang) -> String {
    match (grade, lang) {
        (Some(grade), Lang::Ko) => format!("{}등급", grade.number()),
        (Some(grade), Lang::En) => format!("grade {}", grade.number()),
        (None, Lang::Ko) => "등급 없음".to_owned(),
        (None, Lang::En) => "no grade".to_owned(),
    }
}

/// What happened, for people. What a person wrote stands in it as written.
pub fn phrase(event: &Event, lang: Lang) -> String {
    let pick = |ko: String, en: String| match lang {
        Lang::Ko => ko,
        Lang::En => en,
    };
    match event {
        Event::Opened(opening) => {
            pick(format!("상황 접수: {}", opening.what), format!("Case opened: {}", opening.what))
        }
        Event::Noted { text } => text.clone(),
        Event::TimeCorrected { moment: which, value, source, reason } => {
            let (which, source, value) = (which.word(lang), source.word(lang), moment(*value));
            pick(
                format!("{which} 정정: {value} ({source}): {reason}"),
                format!("Time of the {which} corrected to {value} ({source}): {reason}"),
            )
        }
        Event::Assessed { class, customers, scope } => {
            let parts = [
                Some(class.word(lang)),
                customers.map(|customers| customers.word(lang)),
                scope.map(|scope| scope.word(lang)),
            ];
            let parts = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
            pick(format!("판단: {parts}"), format!("Assessed: {parts}"))
        }
        Event::Graded { grade: Some(grade), reason } => {
            let grade = graded(Some(*grade), lang);
            pick(format!("수동 등급 {grade}: {reason}"), format!("Grade set by hand to {grade}: {reason}"))
        }
        Event::Graded { grade: None, reason } => {
            pick(format!("등급을 다시 자동으로 계산: {reason}"), format!("The reckoned grade holds again: {reason}"))
        }
        Event::GlassBroken { by, until, reason, .. } => {
            let until = until.in_seoul();
            let until = until.get(..16).unwrap_or_default();
            pick(
                format!("{by}이(가) 비상 권한 사용 ({until}까지): {reason}"),
                format!("{by} broke the glass (until {until}): {reason}"),
            )
        }
        Event::Escalated { threshold, from, to } => {
            let (length, from, to) = (threshold.word(lang), graded(*from, lang), graded(*to, lang));
            pick(format!("중단 {length} 초과: {from} → {to}"), format!("Outage longer than {length}: {from} → {to}"))
        }
        Event::Ticked { criterion, holds } => {
            let (word, mark) = (criterion.word(lang), if *holds { "☑" } else { "☐" });
            format!("{mark} {word}")
        }
        Event::Declared { reason, run: None, .. } => pick(format!("선포: {reason}"), format!("Declared: {reason}")),
        Event::Declared { reason, run: Some(_), .. } => {
            pick(format!("전환 실행의 선포로 상황도 선포됨: {reason}"), format!("Declared by a failover run: {reason}"))
        }
        Event::StoodDown { reason } => pick(format!("상황 해제: {reason}"), format!("Stood down: {reason}")),
        Event::Restored { at, evidence } => {
            let at = moment(*at);
            pick(format!("업무 재개 {at}: {evidence}"), format!("Services back since {at}: {evidence}"))
        }
        Event::RunLinked { part, title, requester, unconfirmed, .. } => {
            let (part, title) = (part.word(lang), title.get(lang));
            let (ko, en) = if *unconfirmed {
                (" · 두 번째 사람의 확인을 기다림", "; it waits for a second person to confirm it")
            } else {
                ("", "")
            };
            pick(
                format!("{part} 실행 {title} 선포 ({requester}){ko}"),
                format!("{part} run {title} declared by {requester}{en}"),
            )
        }
        Event::RunConfirmed { run, part } => {
            let part = part.word(lang);
            pick(
                format!("{part} 실행 {run}: 두 번째 사람이 확인함"),
                format!("{part} run {run} confirmed by a second person"),
            )
        }
        Event::RunMoved { run, status, verdict, .. } => {
            let verdict = verdict.map_or_else(String::new, |verdict| format!(", {}", verdict.word(lang)));
            let status = status.word(lang);
            pick(format!("실행 {run}: {status}{verdict}"), format!("Run {run}: {status}{verdict}"))
        }
        Event::Joined { name, seat } => {
            let seat = seat.word(lang);
            pick(format!("상황실 합류: {name} ({seat})"), format!("{name} joined the situation room ({seat})"))
        }
        Event::Left { name } => pick(format!("상황실 이탈: {name}"), format!("{name} left the situation room")),
        Event::SupportAsked { number, to, what } => {
            pick(format!("지원 요청 {number} → {to}: {what}"), format!("Support request {number} to {to}: {what}"))
        }
        Event::SupportMoved { number, state, note } => {
            let (state, note) = (state.word(lang), if note.is_empty() { String::new() } else { format!(": {note}") });
            pick(format!("지원 요청 {number} {state}{note}"), format!("Support request {number} {state}{note}"))
        }
        Event::ReportsEvery { every: Some(every) } => {
            pick(format!("경과보고 간격 {every}"), format!("Situation reports every {every}"))
        }
        Event::ReportsEvery { every: None } => {
            pick("경과보고 자동 작성 중지".to_owned(), "Situation reports only when asked for".to_owned())
        }
        Event::Reported { number, .. } => pick(format!("경과보고 {number}"), format!("Situation report {number}")),
        Event::CommandOffered { to, note, .. } => {
            let note = if note.is_empty() { String::new() } else { format!(": {note}") };
            pick(format!("지휘권 인계 → {to}{note}"), format!("Command offered to {to}{note}"))
        }
        Event::OfferWithdrawn => pick("지휘권 인계를 거둠".to_owned(), "Offer of the command taken back".to_owned()),
        Event::CommandTaken => pick("지휘권 인수 확인".to_owned(), "Command taken over".to_owned()),
        Event::AlternateBegan { number, services, how, from } => {
            let from = moment(*from);
            pick(
                format!("대체 운영 {number} 시작 {from}: {services} — {how}"),
                format!("Alternate operation {number} since {from}: {services} — {how}"),
            )
        }
        Event::AlternateEnded { number, to } => {
            let to = moment(*to);
            pick(format!("대체 운영 {number} 종료 {to}"), format!("Alternate operation {number} ended {to}"))
        }
        Event::FindingRaised { number, text } => {
            let text = text.get(lang);
            pick(format!("조치 과제 {number}: {text}"), format!("Finding {number}: {text}"))
        }
        Event::FindingOwned { number, owner, due } => {
            let due = due.map_or_else(String::new, |due| format!(" (~{due})"));
            pick(
                format!("조치 과제 {number} 담당 {owner}{due}"),
                format!("Finding {number} is answered for by {owner}{due}"),
            )
        }
        Event::Reprotected { evidence } => {
            pick(format!("재보호 확인: {evidence}"), format!("Protection attested: {evidence}"))
        }
        Event::Closed { summary } => pick(format!("상황 종료: {summary}"), format!("Case closed: {summary}")),
    }
}
