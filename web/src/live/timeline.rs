//! The last events in words, newest first.

use askama::Template;
use engine::report::{Weight, phrase, weight};

use super::Scene;
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
        let told = scene.events.iter().rev().filter(|(_, event)| weight(event) > Weight::Thread);
        let lines = told.take(LINES).map(|(at, event)| Line {
            at: w.time(*at),
            iso: at.to_iso(),
            text: phrase(event, scene.plan, w.0),
        });
        Self { w, lines: lines.collect() }
    }
}
