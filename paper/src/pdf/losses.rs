//! What would have been lost of a link's data, over time and against the RPO.

use engine::base::Lang;
use engine::report::{LossLine, LossPlot};
use serde::Serialize;

/// The picture.
#[derive(Debug, Serialize)]
pub(super) struct Losses {
    kind: &'static str,
    caption: String,
    alt: String,
    words: String,
    pieces: Vec<Vec<(u64, u64)>>,
    rpo: Option<u64>,
    near: Option<u64>,
    event: Option<u64>,
    stops: Vec<[u64; 2]>,
    stop_words: Vec<u64>,
    times: Vec<(u64, String)>,
    heights: Vec<(u64, String)>,
    labels: [&'static str; 4],
}

/// The picture of a line.
pub(super) fn losses(line: &LossLine, lang: Lang) -> Losses {
    let LossPlot { pieces, rpo, near, event, stops, words: stop_words, times, heights } = line.plot();
    let (caption, words) = (line.caption(lang), line.words(lang));
    let (alt, labels) = (format!("{caption}. {words}"), line.labels(lang));
    Losses { kind: "losses", caption, alt, words, pieces, rpo, near, event, stops, stop_words, times, heights, labels }
}
