//! Situation reports (경과보고): what anybody outside the situation room is told, made of the facts alone.

use super::decide::is_exercise;
use super::{Moment, Phase, State};
use crate::base::{Bilingual as _, Lang, Text, Timestamp};
use crate::report::Word as _;

/// Lines of what was done lately that a report has room for.
const RUNS: usize = 12;

/// The report with the next number, as of `now`.
pub fn compose(state: &State, now: Timestamp) -> Text {
    let one = |lang| lines(state, lang, state.reports().len() + 1, now).join("\n");
    Text::new(one(Lang::Ko), one(Lang::En))
}

fn lines(state: &State, lang: Lang, number: usize, now: Timestamp) -> Vec<String> {
    let pick = |ko: &str, en: &str| match lang {
        Lang::Ko => ko.to_owned(),
        Lang::En => en.to_owned(),
    };
    let moment = |at: Timestamp| at.in_seoul().get(..16).unwrap_or_default().to_owned();
    let grading = state.grading(now);
    let mut lines = Vec::new();
    let drill = if is_exercise(state.mode()) { pick("[훈련] ", "[EXERCISE] ") } else { String::new() };
    lines.push(format!("{drill}{} {number}: {}", pick("경과보고", "Situation report"), state.what()));
    lines.push(format!("{}: {}", pick("기준 시각", "As of"), moment(now)));
    let class = state.class().word(lang);
    let grade = grading.holds.map_or_else(
        || pick("등급 없음", "no grade"),
        |grade| match lang {
            Lang::Ko => format!("{}등급", grade.number()),
            Lang::En => format!("grade {}", grade.number()),
        },
    );
    let scope = state.scope().map_or_else(String::new, |scope| format!(", {}", scope.word(lang)));
    lines.push(format!("{}: {class}, {grade}{scope}", pick("구분", "Class")));
    let (event, detect) = (moment(state.time(Moment::Event)), moment(state.time(Moment::Detect)));
    lines.push(format!("{}: {event} / {}: {detect}", pick("발생", "Event"), pick("인지", "Detected")));
    let over = if state.restored_at().is_some() { pick(" (재개됨)", " (services restored)") } else { String::new() };
    lines.push(format!("{}: {}{over}", pick("중단 경과", "Outage"), grading.outage.clock()));
    lines.push(format!("{}: {}", pick("현재 상황", "Now"), state.phase().word(lang)));
    if let Some(commander) = state.commander() {
        lines.push(format!("{}: {commander}", pick("지휘", "Command")));
    }
    // Whoever reads the report knows on whose word alone things were done.
    for broken in state.glass() {
        lines.push(format!(
            "- {}: {} ({} – {}) {}",
            pick("비상 권한", "Glass broken"),
            broken.by,
            moment(broken.at),
            moment(broken.until),
            broken.reason
        ));
    }
    for linked in state.runs().iter().rev().take(RUNS).rev() {
        let verdict = linked.verdict.map_or_else(String::new, |verdict| format!(", {}", verdict.word(lang)));
        let (part, status) = (linked.part.word(lang), linked.status.word(lang));
        lines.push(format!("- {part} {}: {status}{verdict}", linked.title.get(lang)));
    }
    for window in state.alternates().iter().filter(|window| window.to.is_none()) {
        lines.push(format!("- {} {}: {}", pick("대체 운영", "Alternate operation"), window.services, window.how));
    }
    for support in state.support().iter().filter(|support| support.state.is_open()) {
        lines.push(format!(
            "- {} {}: {} ({})",
            pick("지원 요청", "Support"),
            support.to,
            support.what,
            support.state.word(lang)
        ));
    }
    lines.push(next_step(state, lang, pick));
    lines
}

fn next_step(state: &State, lang: Lang, pick: impl Fn(&str, &str) -> String) -> String {
    let step = match state.phase() {
        Phase::Assessing => pick("선포 여부를 판단합니다.", "Whether to declare is being decided."),
        Phase::Declared => pick("전환을 준비합니다.", "The failover is being prepared."),
        Phase::FailingOver => pick("전환이 진행 중입니다.", "The failover is under way."),
        Phase::RunningOnDr => {
            pick("DR센터에서 운영하며 환원을 준비합니다.", "Running on the DR site; the failback is being prepared.")
        }
        Phase::FailingBack => pick("환원이 진행 중입니다.", "The failback is under way."),
        Phase::Normal => {
            let missing = super::missing(state);
            if let Some(first) = missing.first() {
                first.text().get(lang).to_owned()
            } else {
                pick("종료를 준비합니다.", "The case is being closed.")
            }
        }
    };
    format!("{}: {step}", pick("다음", "Next"))
}
