//! A run in a list: the list of runs, and that of their reports.

use engine::base::Timestamp;
use engine::store::RunSummary;

use crate::i18n::Words;
use crate::pages::Tag;

/// A line of a list. The table around it is `runs/rows.html`.
#[derive(Debug)]
pub(in crate::handlers) struct Row {
    pub(in crate::handlers) href: String,
    pub(in crate::handlers) title: String,
    pub(in crate::handlers) runbook: String,
    pub(in crate::handlers) mode: Tag,
    pub(in crate::handlers) status: Tag,
    pub(in crate::handlers) verdict: Option<Tag>,
    pub(in crate::handlers) took: String,
    pub(in crate::handlers) rto: String,
    pub(in crate::handlers) done: String,
    pub(in crate::handlers) declared: String,
    pub(in crate::handlers) requester: String,
    pub(in crate::handlers) ended: String,
}

impl Row {
    /// The line of a run, as of `now`, that leads to `href`.
    pub(in crate::handlers) fn of(w: Words, entry: &RunSummary, now: Timestamp, href: String) -> Self {
        let summary = &entry.summary;
        // A recovery that is not there yet is as long as it has lasted.
        let took = summary.rta.unwrap_or_else(|| summary.ended_at.unwrap_or(now).since(summary.declared_at));
        Self {
            href,
            title: w.text(&summary.title).to_owned(),
            runbook: summary.runbook.to_string(),
            mode: Tag::mode(w, summary.mode),
            status: Tag::run(w, summary.status),
            verdict: summary.verdict.map(|verdict| Tag::verdict(w, verdict)),
            took: took.clock(),
            rto: w.clock(summary.rto),
            done: format!("{}/{}", summary.done, summary.units),
            declared: w.day_time(summary.declared_at),
            requester: summary.requester.to_string(),
            ended: summary.ended_at.map_or_else(|| "–".to_owned(), |at| w.day_time(at)),
        }
    }
}
