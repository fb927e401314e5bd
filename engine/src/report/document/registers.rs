//! Who was asked, what went another way, what failed.

use super::super::format::{NOTHING, span};
use super::super::phrases::{person, saw_words, voter};
use super::super::words::{Word, pick};
use super::super::{ChoiceOutcome, Deviation, DeviationKind, Fault, GateEntry, RunReport, VoteEntry};
use super::cell::{Cell, number, text};
use super::front::names;
use super::model::{Block, Extent, Section, Table};
use super::{clocks, manual};
use crate::base::Lang;
use crate::plan::{Escalation, Exclusion, OnTimeout};

pub(super) fn people(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("단위", "Unit")),
        text(of("질문", "Question")),
        text(of("요청", "Asked")),
        text(of("결정", "Decided")),
        number(of("대기", "Wait")).summed(),
        text(of("결과", "Outcome")),
        text(of("규칙", "Rules")),
        text(of("의견", "Votes")),
        text(of("기한 경과", "Overdue")),
    ];
    let rows = report.gates.iter().map(|gate| {
        vec![
            gate.unit.to_string().into(),
            gate.question.get(lang).into(),
            Cell::instant(Some(gate.opened_at)),
            Cell::instant(gate.closed_at),
            Cell::span(Some(gate.wait)),
            gate.outcome.word(lang).into(),
            rules(gate, lang).into(),
            names(gate.votes.iter().map(|vote| vote_words(vote, lang))).into(),
            Cell::instant(gate.overdue_at),
        ]
    });
    let gates = Table::new(lang, of("승인 게이트 대장", "Gate register"), columns, rows);
    let columns = vec![
        text(of("단위", "Unit")),
        text(of("지시", "Instruction")),
        text(of("요청", "Asked")),
        text(of("응답", "Answered")),
        number(of("대기", "Wait")).summed(),
        text(of("담당", "By")),
        text(of("결과", "Result")),
        text(of("증빙", "Evidence")),
    ];
    let rows = report.manual.iter().map(|manual| {
        vec![
            manual.unit.to_string().into(),
            manual.instruction.get(lang).into(),
            Cell::instant(Some(manual.opened_at)),
            Cell::instant(manual.closed_at),
            Cell::span(Some(manual.wait)),
            manual.by.as_ref().map_or_else(|| NOTHING.to_owned(), |by| person(Some(by), lang)).into(),
            manual.result.map_or(NOTHING, |result| result.word(lang)).into(),
            manual::shown(manual, lang).into(),
        ]
    });
    let register = Table::new(lang, of("수작업 대장", "Manual register"), columns, rows);
    let mut blocks = vec![gates, register];
    blocks.extend(manual::checklists(report, lang));
    blocks.extend(manual::checks(report, lang));
    blocks.extend(manual::files(report, lang));
    Section { id: "people", title: of("승인과 수작업", "Approvals and manual work"), blocks }
}

/// What was part of the run by condition or choice, with the values that were looked at.
pub(super) fn choices(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        number(of("행", "Row")),
        text(of("시각", "At")),
        text(of("단위", "Unit")),
        text(of("결과", "Outcome")),
        text(of("본 값", "Values seen")),
        text(of("누가", "Who")),
        text(of("사유", "Reason")),
    ];
    let rows = report.choices.iter().map(|choice| {
        let outcome = match &choice.outcome {
            ChoiceOutcome::Holds => of("조건 성립", "condition holds").to_owned(),
            ChoiceOutcome::DoesNotHold => {
                of("조건 불성립, 대상 아님", "condition does not hold, not selected").to_owned()
            }
            ChoiceOutcome::Unjudged => of("판단할 수 없음", "can not be judged").to_owned(),
            ChoiceOutcome::NoBranch => of("선택할 분기 없음", "no branch to take").to_owned(),
            ChoiceOutcome::Taken { branch, title } => match title.get(lang) {
                title if title == branch.as_str() => branch.to_string(),
                title => format!("{title} ({branch})"),
            },
        };
        let saw = saw_words(&choice.saw, lang);
        let saw = saw.trim().trim_start_matches('[').trim_end_matches(']');
        vec![
            Cell::count(choice.seq),
            Cell::instant(Some(choice.at)),
            choice.unit.to_string().into(),
            outcome.into(),
            if saw.is_empty() { NOTHING.into() } else { saw.into() },
            person(choice.by.as_ref(), lang).into(),
            choice.reason.clone().into(),
        ]
    });
    let table = Table::new(lang, of("분기 대장", "Branch register"), columns, rows);
    Section { id: "choices", title: of("조건과 분기", "Conditions and branches"), blocks: vec![table] }
}

fn rules(gate: &GateEntry, lang: Lang) -> String {
    let roles = names(gate.approvers.iter());
    let mut rules = match lang {
        Lang::Ko => format!("정족수 {}, 승인자 {roles}", gate.quorum),
        Lang::En => format!("quorum {}, approvers {roles}", gate.quorum),
    };
    let mut add = |words: &str| {
        rules.push_str(", ");
        rules.push_str(words);
    };
    if gate.distinct {
        add(pick(lang, "서로 다른 사람", "distinct persons"));
    }
    if gate.distinct_roles {
        add(pick(lang, "서로 다른 역할", "distinct roles"));
    }
    if !gate.seats.is_empty() {
        let seats = gate.seats.iter().map(|(role, count)| format!("{role} {count}"));
        add(&format!("{} {}", pick(lang, "역할별", "of each"), names(seats)));
    }
    for exclusion in &gate.excludes {
        add(match exclusion {
            Exclusion::Requester => pick(lang, "선포자 제외", "requester excluded"),
            Exclusion::Author => pick(lang, "작성자 제외", "authors excluded"),
        });
    }
    for Escalation { after, roles } in &gate.escalate {
        let roles = names(roles.iter());
        add(&match lang {
            Lang::Ko => format!("{after} 뒤 상신 {roles}"),
            Lang::En => format!("escalates to {roles} after {after}"),
        });
    }
    match gate.on_timeout {
        OnTimeout::Wait => {}
        OnTimeout::Fail => add(pick(lang, "기한이 지나면 실패", "fails when its time is over")),
        OnTimeout::Reject => add(pick(lang, "기한이 지나면 반려", "rejected when its time is over")),
    }
    rules
}

fn vote_words(vote: &VoteEntry, lang: Lang) -> String {
    let how = if vote.approve { pick(lang, "승인", "approved") } else { pick(lang, "반려", "rejected") };
    let who = voter(&vote.hand, &vote.by, lang);
    let comment = if vote.comment.is_empty() { String::new() } else { format!(" “{}”", vote.comment) };
    format!("{who} {how} [{}] {}{comment}", vote.role, vote.at.in_seoul())
}

pub(super) fn deviations(report: &RunReport, lang: Lang, extent: Extent) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        number(of("행", "Row")),
        text(of("시각", "At")),
        text(of("종류", "What")),
        text(of("단위", "Unit")),
        text(of("누가", "Who")),
        text(of("내용과 사유", "Detail and reason")),
    ];
    let row = |deviation: &Deviation| {
        vec![
            Cell::count(deviation.seq),
            Cell::instant(Some(deviation.at)),
            deviation.kind.word(lang).into(),
            deviation.unit.as_ref().map_or_else(|| NOTHING.to_owned(), ToString::to_string).into(),
            person(deviation.by.as_ref(), lang).into(),
            detail(deviation, lang).into(),
        ]
    };
    let table = Table::within(extent, lang, of("편차 대장", "Deviations"), columns, report.deviations.iter(), row);
    Section { id: "deviations", title: of("편차", "Deviations"), blocks: vec![table] }
}

const fn of_condition(lang: Lang) -> &'static str {
    pick(lang, "조건 성립으로 봄", "condition taken to hold")
}

fn detail(deviation: &Deviation, lang: Lang) -> String {
    let fact = match &deviation.kind {
        DeviationKind::Retry { number } => match lang {
            Lang::Ko => format!("{number}회차"),
            Lang::En => format!("try {number}"),
        },
        DeviationKind::Choice { branch } => {
            branch.as_ref().map_or_else(|| of_condition(lang).to_owned(), ToString::to_string)
        }
        DeviationKind::Pause { lasted } | DeviationKind::ExerciseHold { lasted } => span(*lasted),
        DeviationKind::MarkCorrection { mark, from, to } => {
            format!("{}: {} → {}", mark.word(lang), from.in_seoul(), to.in_seoul())
        }
        DeviationKind::Restart
        | DeviationKind::Rerun
        | DeviationKind::Rewind
        | DeviationKind::Rollback
        | DeviationKind::UndoneByHand
        | DeviationKind::Skip
        | DeviationKind::Attest
        | DeviationKind::Stop
        | DeviationKind::Abort
        | DeviationKind::EscalatedVote => return deviation.reason.get(lang).to_owned(),
    };
    let reason = deviation.reason.get(lang);
    if reason.is_empty() { fact } else { format!("{fact}; {reason}") }
}

pub(super) fn faults(report: &RunReport, lang: Lang, extent: Extent) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        number(of("행", "Row")),
        text(of("시각", "At")),
        text(of("단위", "Unit")),
        number(of("시도", "Attempt")),
        text(of("종류", "Class")),
        text(of("원인과 조치", "Cause and next step")),
    ];
    let row = |fault: &Fault| {
        vec![
            Cell::count(fault.seq),
            Cell::instant(Some(fault.at)),
            fault.unit.to_string().into(),
            fault.attempt.map_or_else(|| NOTHING.to_owned(), |attempt| format!("#{}", attempt.0)).into(),
            fault.cause.map_or_else(|| of("결과 불명", "unknown"), |cause| cause.word(lang)).into(),
            Cell::from(fault.message.get(lang)),
        ]
    };
    let faults = Table::within(extent, lang, of("장애 대장", "Faults"), columns, report.faults.iter(), row);
    let columns = vec![
        number(of("행", "Row")),
        text(of("시각", "At")),
        text(of("엔진", "Engine")),
        number(of("토큰", "Token")),
        text(of("저장소 시계 차이", "Store's clock")),
        number(of("직전 기록 이후", "Since the row before")),
    ];
    let rows = report.engines.iter().map(|engine| {
        vec![
            Cell::count(engine.seq),
            Cell::instant(Some(engine.at)),
            engine.engine.clone().into(),
            Cell::count(engine.token),
            clocks::cell(engine.clock, lang),
            Cell::span(Some(engine.silence)),
        ]
    });
    let caption = of(
        "실행을 맡은 엔진 (둘째 행부터는 재시작 또는 승계)",
        "Engines that held the run (from the second on: restarts and takeovers)",
    );
    let engines: Block = Table::new(lang, caption, columns, rows);
    Section {
        id: "faults",
        title: of("장애와 엔진 교체", "Faults and changes of engine"),
        blocks: vec![faults, engines],
    }
}
