//! The last events in words, newest first.

use askama::Template;

use super::{Scene, tell};
use crate::i18n::Words;

/// Lines shown beside a run.
const LINES: usize = 14;

#[derive(Debug)]
struct Line {
    at: String,
    iso: String,
    text: String,
}

#[derive(Debug, Template)]
#[template(path = "run/timeline.html")]
pub(super) struct Timeline {
    w: Words,
    lines: Vec<Line>,
}

impl Timeline {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let w = scene.w;
        let lines = scene.events.iter().rev().filter_map(|(at, event)| {
            let text = tell(w, scene.plan, event)?;
            Some(Line { at: w.time(*at), iso: at.to_iso(), text })
        });
        Self { w, lines: lines.take(LINES).collect() }
    }
}
