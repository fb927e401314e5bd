//! What shows that manual work was done: numbers, items, files, and the words of second persons.

use super::super::format::NOTHING;
use super::super::phrases::person;
use super::super::words::{Word as _, pick};
use super::super::{ManualEntry, MeasureEntry, RunReport};
use super::cell::{Cell, number, text};
use super::model::{Block, Table};
use crate::base::Lang;

/// What was said and measured, in one cell.
pub(super) fn shown(manual: &ManualEntry, lang: Lang) -> String {
    let number = manual.measure.as_ref().map(|measure| measured(measure, lang));
    let parts = [number, Some(manual.evidence.clone()).filter(|words| !words.is_empty())];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn measured(measure: &MeasureEntry, lang: Lang) -> String {
    let good = if measure.good { pick(lang, "적합", "good") } else { pick(lang, "부적합", "not good") };
    let bound =
        |sign: &str, bound: &Option<crate::base::Decimal>| bound.as_ref().map(|bound| format!("{sign} {bound}"));
    let bounds = [bound("≥", &measure.min), bound("≤", &measure.max)];
    let bounds = bounds.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let bounds = if bounds.is_empty() { String::new() } else { format!(" ({bounds}: {good})") };
    format!("{} {}{bounds}", measure.value, measure.unit.get(lang))
}

/// Items of checklists, where there are any.
pub(super) fn checklists(report: &RunReport, lang: Lang) -> Option<Block> {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("단위", "Unit")),
        number(of("번호", "No.")),
        text(of("항목", "Item")),
        text(of("결과", "Result")),
        text(of("확인자", "By")),
        text(of("시각", "At")),
        text(of("비고", "Note")),
    ];
    let items = report.manual.iter().flat_map(|manual| manual.checklist.iter().map(move |item| (manual, item)));
    let numbered = report.manual.iter().flat_map(|manual| 1..=manual.checklist.len());
    let mut rows = items.zip(numbered).map(|((manual, item), place)| {
        let finding = item.may_fail && item.result == Some(crate::run::ManualResult::Failed);
        let note =
            if finding { format!("{} {}", of("[조치 사항]", "[finding]"), item.note) } else { item.note.clone() };
        vec![
            manual.unit.to_string().into(),
            place.to_string().into(),
            item.title.get(lang).into(),
            item.result.map_or(NOTHING, |result| result.word(lang)).into(),
            item.by.as_ref().map_or_else(|| NOTHING.to_owned(), |by| person(Some(by), lang)).into(),
            Cell::instant(item.at),
            note.into(),
        ]
    });
    let first = rows.next()?;
    Some(Table::new(lang, of("점검표", "Checklists"), columns, std::iter::once(first).chain(rows)))
}

/// What second persons said, where any was asked.
pub(super) fn checks(report: &RunReport, lang: Lang) -> Option<Block> {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("단위", "Unit")),
        text(of("작업자", "Done by")),
        text(of("확인자", "Checked by")),
        text(of("시각", "At")),
        text(of("확인", "Check")),
        text(of("의견", "Comment")),
    ];
    let checks = report.manual.iter().flat_map(|manual| manual.checks.iter().map(move |check| (manual, check)));
    let mut rows = checks.map(|(manual, check)| {
        let word = if check.accepted { of("확인", "accepted") } else { of("돌려보냄", "sent back") };
        vec![
            manual.unit.to_string().into(),
            manual.by.as_ref().map_or_else(|| NOTHING.to_owned(), |by| person(Some(by), lang)).into(),
            person(Some(&check.by), lang).into(),
            Cell::instant(Some(check.at)),
            word.into(),
            check.comment.clone().into(),
        ]
    });
    let first = rows.next()?;
    Some(Table::new(lang, of("2인 확인", "Second checks"), columns, std::iter::once(first).chain(rows)))
}

/// Files that were handed in, each with its digest.
pub(super) fn files(report: &RunReport, lang: Lang) -> Option<Block> {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("단위", "Unit")),
        text(of("파일", "File")),
        text(of("형식", "Type")),
        number(of("바이트", "Bytes")),
        text(of("제출자", "Handed in by")),
        text(of("시각", "At")),
        text("SHA-256"),
    ];
    let files = report.manual.iter().flat_map(|manual| manual.files.iter().map(move |file| (manual, file)));
    let mut rows = files.map(|(manual, handed)| {
        vec![
            manual.unit.to_string().into(),
            handed.file.name.as_str().into(),
            handed.file.media.mime().into(),
            Cell::count(handed.file.size),
            person(Some(&handed.by), lang).into(),
            Cell::instant(Some(handed.at)),
            handed.file.digest.to_string().into(),
        ]
    });
    let first = rows.next()?;
    Some(Table::new(lang, of("증빙 파일", "Evidence files"), columns, std::iter::once(first).chain(rows)))
}
