//! Units that others used before they were ready.

use super::super::RunReport;
use super::super::words::pick;
use super::cell::{Cell, number, text};
use super::model::{Block, Table};
use crate::base::Lang;

/// When they were usable, by plan and really; nothing where no unit says when it is.
pub(super) fn block(report: &RunReport, lang: Lang) -> Option<Block> {
    let of = |ko, en| pick(lang, ko, en);
    let mut units = report.units.iter().filter(|unit| unit.usable_within.is_some()).peekable();
    units.peek()?;
    let columns = vec![
        text(of("단위", "Unit")),
        number(of("사용 가능 계획", "Planned until usable")),
        text(of("사용 가능 시각", "Usable at")),
        number(of("사용 가능까지", "Until usable")),
        text(of("준비 완료", "Ready")),
        number(of("그 뒤의 작업", "Work after that")),
    ];
    let rows = units.map(|unit| {
        let until = unit.usable_at.zip(unit.eligible_at).map(|(usable, eligible)| usable.since(eligible));
        let after = unit.ready_at.zip(unit.usable_at).map(|(ready, usable)| ready.since(usable));
        vec![
            unit.unit.to_string().into(),
            Cell::span(unit.usable_within),
            Cell::instant(unit.usable_at),
            Cell::span(until),
            Cell::instant(unit.ready_at),
            Cell::span(after),
        ]
    });
    let caption = of(
        "완료 전에 사용된 단위 (뒤따르는 단위는 사용 가능 시각부터 시작)",
        "Usable before complete (what needs them began once they were usable)",
    );
    Some(Table::new(lang, caption, columns, rows))
}
