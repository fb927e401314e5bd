//! The recovery of capacity.

use super::super::words::pick;
use super::super::{CapacityLine, RunReport};
use super::cell::{Cell, number, text};
use super::front::verdict;
use super::model::{Block, Table};
use crate::base::Lang;

/// What was wanted and what came; nothing where the runbook says nothing of it.
pub(super) fn blocks(report: &RunReport, lang: Lang) -> Vec<Block> {
    let of = |ko, en| pick(lang, ko, en);
    let Some(capacity) = &report.capacity else { return Vec::new() };
    let columns = vec![
        text(of("목표", "Goal")),
        number(of("용량", "Capacity")),
        number(of("기한", "Within")),
        number(of("소요", "Took")),
        text(of("판정", "Verdict")),
        text(of("도달 시각", "There at")),
    ];
    let rows = capacity.goals.iter().map(|goal| {
        let name = if goal.minimum {
            of("RTO의 최소 용량", "least capacity for the RTO")
        } else {
            of("단계 목표", "milestone")
        };
        vec![
            name.into(),
            goal.reach.to_string().into(),
            Cell::span(Some(goal.within)),
            Cell::span(goal.after),
            verdict(goal.verdict, lang),
            Cell::instant(goal.reached_at),
        ]
    });
    let goals = Table::new(lang, of("용량 목표", "Capacity wanted"), columns, rows);
    let columns = vec![
        text(of("시각", "At")),
        number(of("기준부터", "From the origin")),
        text(of("단위", "Unit")),
        number(of("더한 용량", "Added")),
        number(of("누적 용량", "Total")),
    ];
    let rows = capacity.curve.iter().map(|step| {
        vec![
            Cell::instant(Some(step.at)),
            Cell::span(step.after),
            step.unit.to_string().into(),
            step.share.to_string().into(),
            step.total.to_string().into(),
        ]
    });
    let picture = CapacityLine::of(report, capacity).map(|line| Block::Rise(Box::new(line)));
    let curve = Table::new(lang, of("용량 회복 추이", "Recovery of capacity"), columns, rows);
    [goals].into_iter().chain(picture).chain([curve]).collect()
}
