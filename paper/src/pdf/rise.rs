//! How the capacity came back, in steps, against the least of the objective and the milestones.

use engine::base::Lang;
use engine::report::{CapacityLine, CapacityPlot};
use serde::Serialize;

/// The picture.
#[derive(Debug, Serialize)]
pub(super) struct Rise {
    kind: &'static str,
    caption: &'static str,
    alt: String,
    words: String,
    corners: Vec<(u64, u64)>,
    least: Option<(u64, u64)>,
    goals: Vec<Goal>,
    times: Vec<(u64, String)>,
    heights: Vec<(u64, String)>,
    labels: [&'static str; 2],
}

#[derive(Debug, Serialize)]
struct Goal {
    at: u64,
    reach: u64,
    met: bool,
    label: Option<String>,
}

/// The picture of a line.
pub(super) fn rise(line: &CapacityLine, lang: Lang) -> Rise {
    let CapacityPlot { corners, least, goals, times, heights } = line.plot();
    let (caption, words, labels) = (CapacityLine::caption(lang), line.words(lang), CapacityLine::labels(lang));
    let goals = goals.into_iter().map(|it| Goal { at: it.at, reach: it.reach, met: it.met, label: it.label });
    let (alt, goals) = (format!("{caption}. {words}"), goals.collect());
    Rise { kind: "rise", caption, alt, words, corners, least, goals, times, heights, labels }
}
