//! The runs that a run called.

use super::super::format::NOTHING;
use super::super::words::{Word, pick};
use super::super::{LinkedEntry, RunReport};
use super::cell::{Cell, number, text};
use super::front::verdict;
use super::model::{Block, Section, Table};
use crate::base::Lang;

/// `None` for a run that called none.
pub(super) fn section(report: &RunReport, lang: Lang) -> Option<Section> {
    if report.linked.is_empty() {
        return None;
    }
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("단위", "Unit")),
        text(of("런북", "Runbook")),
        text(of("실행 번호", "Run")),
        text(of("실행 모드", "Mode")),
        text(of("기다림", "Waited for")),
        text(of("호출", "Called at")),
        text(of("작업 종료", "Step ended")),
        text(of("상태", "Status")),
        number("RTA"),
        number("RTO"),
        text(of("판정", "Verdict")),
    ];
    let rows = report.linked.iter().map(|entry| row(entry, lang));
    let table = Table::new(lang, of("호출한 실행", "Runs that were called"), columns, rows);
    let note = of(
        "상태와 RTA는 호출한 작업이 끝난 때의 것이다. 그 뒤의 일은 해당 실행의 보고서에 있다.",
        "Status and RTA are those at the end of the step that called; what came after stands in the report of that run.",
    );
    let blocks = vec![table, Block::Paragraph(note.to_owned())];
    Some(Section { id: "linked", title: of("링크 기동", "Linked runs"), blocks })
}

fn row(entry: &LinkedEntry, lang: Lang) -> Vec<Cell> {
    let status = match entry.status {
        Some(status) => Cell::toned(status.word(lang), status.keyword()),
        None => NOTHING.into(),
    };
    vec![
        entry.unit.to_string().into(),
        entry.runbook.to_string().into(),
        entry.run.to_string().into(),
        Cell::toned(entry.mode.word(lang), entry.mode.keyword()),
        entry.wait.word(lang).into(),
        Cell::instant(Some(entry.called_at)),
        Cell::instant(entry.ended_at),
        status,
        Cell::span(entry.rta),
        Cell::span(entry.rto),
        entry.verdict.map_or_else(|| NOTHING.into(), |judged| verdict(Some(judged), lang)),
    ]
}
