//! Planned against actual times.

use engine::base::{Lang, Millis};
use engine::report::{RunReport, UnitLine, Word as _};

use super::scale::{Scale, clip, pick};
use super::waterfall::{Bar, Bars, Key, Part, Row, chosen, left_out, parts};

const WITHIN: &str = "#5b7c99";
const BEYOND: &str = "#d9a0a3";

/// The picture. Instants are reckoned from the declaration of the run.
pub(super) fn gantt(report: &RunReport, lang: Lang) -> Bars {
    let zero = report.cover.declared_at;
    let start = report.engines.first().map_or(Millis::ZERO, |engine| engine.at.since(zero));
    let units = chosen(&report.units);
    let actual = |unit: &UnitLine| {
        let (from, took) = unit.eligible_at.zip(unit.elapsed)?;
        Some((from.since(zero), from.since(zero) + took))
    };
    let deadline = report.basis.origin_at.zip(report.plan.recovery.rto).map(|(origin, rto)| origin.plus(rto));
    let deadline = deadline.filter(|at| *at > zero).map(|at| at.since(zero));
    let ends = units.iter().flat_map(|unit| [Some(start + unit.planned_end), actual(unit).map(|(_, to)| to)]);
    let scale = Scale::up_to(ends.flatten().chain(deadline).max().unwrap_or_default());
    let rows = units.iter().map(|unit| {
        let mut bars = Vec::new();
        if let Some((from, to)) = actual(unit) {
            let within = unit.target.map_or(to, |target| to.min(from + target));
            bars.push(Bar { span: scale.bar(from, within), fill: WITHIN, beyond: false });
            if to > within {
                bars.push(Bar { span: scale.bar(within, to), fill: BEYOND, beyond: true });
            }
        }
        let planned = unit.target.map(|_| scale.bar(start + unit.planned_start, start + unit.planned_end));
        Row { name: clip(unit.title.get(lang), 18), words: words(unit, lang), planned, bars }
    });
    let caption = pick(lang, "계획 대비 실제 기동 시간", "Planned and actual times");
    let parts: Vec<Part> = parts(caption, rows.collect(), lang);
    Bars {
        kind: "bars",
        alt: pick(
            lang,
            "단위마다 계획 시간(점선)과 실제 시간(막대)을 선포 시각부터 나란히 그린 그림. 수치는 단위별 표에 있다.",
            "Each unit's planned time (dashed) and actual time (bar), from the declaration on. The numbers stand in the tables of units.",
        ),
        parts,
        ticks: scale.ticks(),
        deadline: deadline.map(|at| scale.at(at)),
        deadline_label: pick(lang, "RTO 기한", "RTO"),
        legend: vec![
            Key { fill: None, label: pick(lang, "계획", "planned") },
            Key { fill: Some(WITHIN), label: pick(lang, "실제", "actual") },
            Key { fill: Some(BEYOND), label: pick(lang, "목표 초과분", "beyond the target") },
        ],
        note: left_out(units.len(), report.units.len(), lang),
    }
}

/// `10:00 / 5:00 초과`.
fn words(unit: &UnitLine, lang: Lang) -> String {
    let clock = |time: Option<Millis>| time.map_or_else(|| "–".to_owned(), Millis::clock);
    let judged = unit.verdict.map_or_else(|| unit.state.word(lang), |verdict| verdict.word(lang));
    format!("{} / {} {judged}", clock(unit.elapsed), clock(unit.target))
}
