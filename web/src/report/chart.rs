//! The picture of planned against actual times: dashed outlines, solid bars, hatching beyond the target, and the verdict
//! in words, so that it reads the same without colour and on paper.

use askama::Template;
use engine::base::{Lang, Millis, Timestamp};
use engine::report::{RunReport, UnitLine};

use crate::draw::clip;
use crate::i18n::Words;

/// Rows that the picture shows at most; tables show all.
const ROWS: usize = 120;
const LEFT: u64 = 190;
const SCALE: u64 = 620;
const RIGHT: u64 = 190;
const ROW: u64 = 22;
const TOP: u64 = 26;

/// The picture, as SVG without styles: it takes the colour of the text around it.
#[derive(Debug, Template)]
#[template(path = "report/chart.html")]
pub(super) struct Chart {
    label: String,
    /// Said where units are left out.
    note: Option<String>,
    width: u64,
    height: u64,
    ticks: Vec<Tick>,
    rows: Vec<Row>,
    deadline: Option<Tick>,
}

#[derive(Debug)]
struct Tick {
    x: u64,
    label: String,
}

#[derive(Debug)]
struct Row {
    y: u64,
    name: String,
    full: String,
    words: String,
    planned: Option<Bar>,
    actual: Option<Bar>,
    over: Option<Bar>,
}

#[derive(Debug, Clone, Copy)]
struct Bar {
    x: u64,
    width: u64,
}

impl Chart {
    pub(super) fn of(report: &RunReport, lang: Lang) -> Self {
        let w = Words(lang);
        let zero = report.cover.declared_at;
        // Planned times are reckoned from the start of the run, the picture from its declaration.
        let start = report.engines.first().map_or(Millis::ZERO, |engine| engine.at.since(zero));
        let units = chosen(&report.units);
        let deadline = report.basis.origin_at.zip(report.plan.recovery.rto).map(|(origin, rto)| origin.plus(rto));
        let deadline = deadline.filter(|at| *at > zero).map(|at| at.since(zero));
        let ends = units.iter().flat_map(|unit| {
            let actual = span(unit, zero).map(|(_, to)| to);
            [Some(start + unit.planned_end), actual].into_iter().flatten()
        });
        let longest = ends.chain(deadline).max().unwrap_or_default().0.max(1_000);
        let step = distance(longest);
        let end = longest.div_ceil(step) * step;
        let x = |at: Millis| LEFT + at.0 * SCALE / end;
        let bar = |from: Millis, to: Millis| Bar { x: x(from), width: x(to).saturating_sub(x(from)).max(2) };
        let rows = units.iter().zip(0_u64..).map(|(unit, at)| {
            let (from, to) = span(unit, zero).unwrap_or_default();
            let within = unit.target.map_or(to, |target| to.min(from + target));
            let drawn = unit.eligible_at.is_some();
            Row {
                y: TOP + at * ROW,
                name: clip(unit.title.get(lang), 24),
                full: format!("{} ({})", unit.title.get(lang), unit.unit),
                words: words(unit, w),
                planned: unit.target.map(|_| bar(start + unit.planned_start, start + unit.planned_end)),
                actual: drawn.then(|| bar(from, within)),
                over: (drawn && to > within).then(|| bar(within, to)),
            }
        });
        let ticks = (0..=end / step).map(|n| Tick { x: x(Millis(n * step)), label: Millis(n * step).clock() });
        let shown = units.len();
        Self {
            label: w.t("gantt-label"),
            note: (shown < report.units.len()).then(|| left_out(shown, report.units.len(), lang)),
            width: LEFT + SCALE + RIGHT,
            height: TOP + ROW * shown as u64 + 20,
            ticks: ticks.collect(),
            rows: rows.collect(),
            deadline: deadline.map(|at| Tick { x: x(at), label: w.t("gantt-rto") }),
        }
    }
}

/// Units in the order written; of too many, those that decided the recovery time or went furthest beyond their targets.
fn chosen(units: &[UnitLine]) -> Vec<&UnitLine> {
    let mut places: Vec<usize> = (0..units.len()).collect();
    if places.len() > ROWS {
        places.sort_by_key(|at| (!units[*at].decisive, std::cmp::Reverse(units[*at].variance_ms), *at));
        places.truncate(ROWS);
        places.sort_unstable();
    }
    places.into_iter().map(|at| &units[at]).collect()
}

fn left_out(shown: usize, all: usize, lang: Lang) -> String {
    match lang {
        Lang::Ko => format!("전체 {all}개 단위 가운데 실제 임계 경로와 목표를 크게 넘긴 {shown}개만 그렸다."),
        Lang::En => {
            format!("Of {all} units, the {shown} on the actual critical path or furthest beyond their targets.")
        }
    }
}

/// A unit's actual time, from the zero of the picture.
fn span(unit: &UnitLine, zero: Timestamp) -> Option<(Millis, Millis)> {
    let (from, took) = unit.eligible_at.zip(unit.elapsed)?;
    let from = from.since(zero);
    Some((from, from + took))
}

fn words(unit: &UnitLine, w: Words) -> String {
    let took = unit.elapsed.map_or_else(|| "–".to_owned(), Millis::clock);
    let target = unit.target.map_or_else(|| "–".to_owned(), Millis::clock);
    let judged = unit.verdict.map_or_else(|| w.word(&unit.state), |verdict| w.word(&verdict));
    format!("{took} / {target} {judged}")
}

/// A round distance that gives at most nine ticks.
fn distance(longest: u64) -> u64 {
    const STEPS: [u64; 15] = [
        1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
        7_200_000, 14_400_000,
    ];
    STEPS.into_iter().find(|step| longest / step < 8).unwrap_or(longest.div_ceil(8).max(1))
}
