//! The milestones of a run with their corrections: the value that counts, and what was said before.

use askama::Template;
use engine::plan::MarkKind;
use engine::run::Setting;

use super::Scene;
use crate::i18n::Words;

#[derive(Debug)]
struct Said {
    at: String,
    iso: String,
    by: String,
    recorded: String,
    reason: String,
}

#[derive(Debug)]
struct Row {
    name: String,
    now: Said,
    /// What it was set to before, the newest first.
    before: Vec<Said>,
}

#[derive(Debug, Template)]
#[template(path = "run/marks.html")]
pub(super) struct Marks {
    w: Words,
    rows: Vec<Row>,
}

impl Marks {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let w = scene.w;
        let row = |(mark, settings): (MarkKind, &[Setting])| {
            let (now, before) = settings.split_last()?;
            let before = before.iter().rev().map(|setting| said(w, setting)).collect();
            Some(Row { name: w.word(&mark), now: said(w, now), before })
        };
        Self { w, rows: scene.state.marks().iter().filter_map(row).collect() }
    }
}

fn said(w: Words, setting: &Setting) -> Said {
    Said {
        at: w.moment(setting.value),
        iso: setting.value.to_iso(),
        by: setting.by.as_ref().map_or_else(|| w.t("mark-by-engine"), |by| by.name.to_string()),
        recorded: w.moment(setting.recorded_at),
        reason: setting.reason.clone(),
    }
}
