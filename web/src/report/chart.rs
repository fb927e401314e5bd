//! Planned against actual times, from the report alone.

use engine::base::{Lang, Timestamp};
use engine::report::RunReport;

use crate::draw::{Gantt, Lane, Piece};
use crate::i18n::Words;

/// Rows that the picture shows at most; tables show all.
const ROWS: usize = 200;

pub(super) fn of(report: &RunReport, lang: Lang) -> Gantt {
    let w = Words(lang);
    let zero = report.cover.declared_at;
    let offset = |at: Timestamp| at.since(zero);
    let lanes: Vec<Lane> = report
        .units
        .iter()
        .take(ROWS)
        .map(|unit| {
            let actual = unit.eligible_at.zip(unit.elapsed).map(|(at, took)| (offset(at), offset(at) + took));
            let pieces = match (actual, unit.target) {
                (None, _) => Vec::new(),
                (Some((from, to)), Some(target)) if to > from + target => vec![
                    Piece { from, to: from + target, class: "bar" },
                    Piece { from: from + target, to, class: "over" },
                ],
                (Some((from, to)), _) => vec![Piece { from, to, class: "bar" }],
            };
            Lane {
                name: unit.title.get(lang).to_owned(),
                class: format!("st-{}", unit.state.keyword()),
                word: w.unit_state(unit.state),
                plan: unit.target.map(|_| (unit.planned_start, unit.planned_end)),
                pieces,
            }
        })
        .collect();
    let deadline = report.basis.origin_at.zip(report.plan.recovery.rto).map(|(origin, rto)| origin.plus(rto));
    let rto = deadline.map(|at| (offset(at), w.t("gantt-rto")));
    Gantt::of(w.t("gantt-label"), &lanes, rto, None)
}
