//! What was known beside the run: findings that were open when it was declared, and what regulation profiles ask.

use super::super::RunReport;
use super::super::aside::{Aside, OpenBefore, Regulation};
use super::super::format::{NOTHING, span};
use super::super::words::pick;
use super::cell::{Cell, text};
use super::model::{Block, Section, Table};
use crate::base::Lang;

/// What was still to be put right; `None` where nothing was.
pub(super) fn open_before(aside: &Aside, lang: Lang) -> Option<Section> {
    if aside.open_before.is_empty() {
        return None;
    }
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("내용", "What was found")),
        text(of("대상", "Subject")),
        text(of("심각도", "Severity")),
        text(of("담당자", "Owner")),
        text(of("기한", "Due")),
        text(of("등록", "Raised at")),
        text(of("지금 상태", "Now")),
    ];
    let row = |one: &OpenBefore| -> Vec<Cell> {
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_else(|| NOTHING.to_owned());
        vec![
            one.what.get(lang).into(),
            if one.subject.is_empty() { NOTHING.into() } else { one.subject.clone().into() },
            one.severity.get(lang).into(),
            or_nothing(&one.owner).into(),
            Cell::day(one.due.as_deref()),
            Cell::instant(Some(one.raised_at)),
            one.stands.get(lang).into(),
        ]
    };
    let note = of(
        "이 실행을 선포할 때 종결되지 않은 조치 과제이다. 재시험을 통과한 실행만이 과제를 종결한다.",
        "Findings that were not closed when this run was declared. Only a run that passes closes one.",
    );
    let caption = of("지난 훈련에서 남은 과제", "Open from last time");
    let table = Table::new(lang, caption, columns, aside.open_before.iter().map(row));
    Some(Section { id: "open-before", title: caption, blocks: vec![Block::Paragraph(note.to_owned()), table] })
}

/// What the profiles that hold where the runbook belongs ask, and which sections show it; `None` where none holds.
pub(super) fn regulation(report: &RunReport, aside: &Aside, sections: &[Section], lang: Lang) -> Option<Section> {
    if aside.regulations.is_empty() {
        return None;
    }
    let of = |ko, en| pick(lang, ko, en);
    let mut blocks = vec![Block::Paragraph(
        of(
            "조문의 요구는 요약이다. 보고 전에 시행 중인 원문과 대조한다.",
            "What clauses ask is a summary: compare it with the text in force before reporting.",
        )
        .to_owned(),
    )];
    for one in &aside.regulations {
        let rto = report.plan.recovery.rto;
        let within = match (one.rto, rto) {
            (Some(asked), Some(rto)) if rto <= asked => of("요구 이내", "within what is asked"),
            (Some(_), Some(_)) => of("요구보다 김", "longer than what is asked"),
            (Some(_), None) => of("런북에 복구목표시간 없음", "the runbook has no objective"),
            (None, _) => NOTHING,
        };
        blocks.push(Block::Facts(vec![
            (of("프로파일", "Profile"), one.title.get(lang).into()),
            (of("근거", "Source"), one.source.get(lang).into()),
            (of("요구 복구시간", "Longest recovery asked"), Cell::span(one.rto)),
            (of("권고 복구시간", "Advised"), Cell::span(one.advised)),
            (
                of("런북의 RTO", "The runbook's RTO"),
                format!("{} ({within})", rto.map_or_else(|| NOTHING.to_owned(), span)).into(),
            ),
        ]));
        let columns =
            vec![text(of("조문", "Clause")), text(of("요구", "What it asks")), text(of("보고서의 항목", "Shown in"))];
        let rows = one.clauses.iter().map(|clause| clause_row(clause, sections, lang));
        blocks.push(Table::new(lang, of("조문 대응", "Clauses"), columns, rows));
    }
    Some(Section { id: "regulation", title: of("규제 대응표", "Regulation"), blocks })
}

fn clause_row(clause: &Regulation, sections: &[Section], lang: Lang) -> Vec<Cell> {
    let numbered =
        sections.iter().zip(1_u32..).filter(|(section, _)| clause.shown_in.iter().any(|id| id == section.id));
    let shown: Vec<String> = numbered.map(|(section, number)| format!("{number}. {}", section.title)).collect();
    let shown = if shown.is_empty() { NOTHING.to_owned() } else { shown.join(", ") };
    vec![clause.clause.clone().into(), clause.asks.get(lang).into(), shown.into()]
}
