//! How many units were not ready yet, from the origin of the clock on, against the objective.

use engine::base::{Lang, Millis, Timestamp};
use engine::report::RunReport;
use serde::Serialize;

use super::scale::{Scale, Tick, pick};

/// Points of the line; a longer one is thinned out, its ends stay.
const POINTS: usize = 400;

/// The picture.
#[derive(Debug, Serialize)]
pub(super) struct Steps {
    kind: &'static str,
    caption: &'static str,
    alt: String,
    words: String,
    ticks: Vec<Tick>,
    levels: Vec<usize>,
    all: usize,
    points: Vec<(u64, usize)>,
    deadline: Option<u64>,
    deadline_label: &'static str,
}

/// The picture of the units that count for the recovery time; `None` where there are none, or no origin.
pub(super) fn burndown(report: &RunReport, lang: Lang) -> Option<Steps> {
    let zero = report.basis.origin_at?;
    let counted: Vec<Option<Timestamp>> =
        report.units.iter().filter(|unit| unit.counted).map(|unit| unit.ready_at).collect();
    if counted.is_empty() {
        return None;
    }
    let all = counted.len();
    let mut ready: Vec<Timestamp> = counted.into_iter().flatten().collect();
    ready.sort_unstable();
    let end = report.cover.as_of_at;
    let rto = report.plan.recovery.rto;
    let scale = Scale::up_to(end.since(zero).max(rto.unwrap_or_default()));
    let mut points = vec![(0, all)];
    points.extend(ready.iter().zip(1..).map(|(at, done)| (scale.at(at.since(zero)), all - done)));
    points.dedup_by(|later, earlier| {
        // Several at one place are one step down.
        let same = later.0 == earlier.0;
        if same {
            earlier.1 = later.1;
        }
        same
    });
    points.push((scale.at(end.since(zero)), all - ready.len()));
    let in_time = rto.map(|rto| ready.iter().filter(|at| at.since(zero) <= rto).count());
    let words = words(all, ready.len(), in_time, rto, lang);
    let caption = pick(lang, "RTO 대비 미완료 단위 수", "Units not ready yet, against the RTO");
    Some(Steps {
        kind: "steps",
        caption,
        alt: format!("{caption}. {words}"),
        words,
        ticks: scale.ticks(),
        levels: if all > 1 { vec![all, all / 2, 0] } else { vec![all, 0] },
        all,
        points: thinned(points),
        deadline: rto.map(|rto| scale.at(rto)),
        deadline_label: "RTO",
    })
}

fn words(all: usize, ready: usize, in_time: Option<usize>, rto: Option<Millis>, lang: Lang) -> String {
    match (in_time.zip(rto), lang) {
        (Some((in_time, rto)), Lang::Ko) => {
            format!("복구시간 대상 단위 {all}개 가운데 {ready}개 준비 완료, RTO {} 안에 {in_time}개.", rto.clock())
        }
        (Some((in_time, rto)), Lang::En) => {
            format!(
                "Of {all} units that count, {ready} became ready, {in_time} of them within the RTO of {}.",
                rto.clock()
            )
        }
        (None, Lang::Ko) => format!("복구시간 대상 단위 {all}개 가운데 {ready}개 준비 완료."),
        (None, Lang::En) => format!("Of {all} units that count, {ready} became ready."),
    }
}

fn thinned(points: Vec<(u64, usize)>) -> Vec<(u64, usize)> {
    let every = points.len().div_ceil(POINTS).max(1);
    let last = points.len().saturating_sub(1);
    points.into_iter().enumerate().filter(|(at, _)| at % every == 0 || *at == last).map(|(_, point)| point).collect()
}
