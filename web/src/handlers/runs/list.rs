//! Runs, newest first; also the first page.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::RunId;
use engine::store::{RunFilter, RunSummary};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Runs on one page.
const PAGE: u32 = 50;

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct Asked {
    before: Option<RunId>,
}

#[derive(Debug)]
struct Row {
    href: String,
    title: String,
    runbook: String,
    mode: Tag,
    status: Tag,
    verdict: Option<Tag>,
    declared: String,
    requester: String,
    took: String,
    rto: String,
    done: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "runs/list.html")]
pub struct Page {
    shell: Shell,
    open: Vec<Row>,
    over: Vec<Row>,
    older: Option<String>,
    runbooks: &'static str,
}

/// Shows the runs.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let runs = app.engine.store().runs(RunFilter { before: asked.before, limit: PAGE, ..RunFilter::default() }).await?;
    let older = (runs.len() == PAGE as usize).then(|| runs.last()).flatten().map(|run| urls::runs_before(run.run));
    let now = app.clock.now();
    let row = |entry: &RunSummary| {
        let summary = &entry.summary;
        Row {
            href: urls::run(entry.run),
            title: w.text(&summary.title).to_owned(),
            runbook: summary.runbook.to_string(),
            mode: Tag::mode(w, summary.mode),
            status: Tag::run(w, summary.status),
            verdict: summary.verdict.map(|verdict| Tag::verdict(w, verdict)),
            declared: w.day_time(summary.declared_at),
            requester: summary.requester.to_string(),
            took: match summary.rta {
                Some(rta) => rta.clock(),
                None => summary.ended_at.unwrap_or(now).since(summary.declared_at).clock(),
            },
            rto: w.clock(summary.rto),
            done: format!("{}/{}", summary.done, summary.units),
        }
    };
    let (open, over): (Vec<_>, Vec<_>) = runs.iter().partition(|entry| entry.summary.status.is_open());
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("runs-title")),
        open: open.into_iter().map(row).collect(),
        over: over.into_iter().map(row).collect(),
        older,
        runbooks: urls::runbooks(),
    }))
}
