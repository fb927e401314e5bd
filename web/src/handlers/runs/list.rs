//! Runs, newest first; also the first page.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::RunId;
use engine::store::{RunFilter, RunSummary};
use serde::Deserialize;

use super::row::Row;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// Runs on one page.
const PAGE: u32 = 50;
/// Runs in progress shown at most.
const OPEN: u32 = 200;

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct Asked {
    pub(in crate::handlers) before: Option<RunId>,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "runs/list.html")]
pub struct Page {
    shell: Shell,
    /// All that are in progress, however old; only on the first page.
    open: Option<Vec<Row>>,
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
    let (w, now) = (visitor.words, app.clock.now());
    let row = |entry: &RunSummary| Row::of(w, entry, now, urls::run(entry.run));
    let open = if asked.before.is_none() {
        let open = RunFilter { open_only: true, limit: OPEN, ..RunFilter::default() };
        Some(app.engine.store().runs(open).await?.iter().map(row).collect())
    } else {
        None
    };
    let (runs, last) = page_of(&app, asked.before).await?;
    let over = runs.iter().filter(|entry| !entry.summary.status.is_open());
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("runs-title")),
        open,
        over: over.map(row).collect(),
        older: last.map(urls::runs_before),
        runbooks: urls::runbooks(),
    }))
}

/// One page of runs, and the last of them where there may be older ones.
pub(in crate::handlers) async fn page_of(
    app: &App,
    before: Option<RunId>,
) -> Result<(Vec<RunSummary>, Option<RunId>), Error> {
    let runs = app.engine.store().runs(RunFilter { before, limit: PAGE, ..RunFilter::default() }).await?;
    let last = (runs.len() == PAGE as usize).then(|| runs.last().map(|entry| entry.run)).flatten();
    Ok((runs, last))
}
