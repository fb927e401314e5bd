//! Reports, newest first: one a run that is over, and an interim one for each that is not.

use askama::Template;
use axum::extract::State;
use engine::store::RunFilter;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Reports on the page.
const SHOWN: u32 = 200;

#[derive(Debug)]
struct Row {
    href: String,
    title: String,
    runbook: String,
    mode: Tag,
    status: Tag,
    verdict: Option<Tag>,
    rta: String,
    rto: String,
    declared: String,
    ended: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "reports/list.html")]
pub struct Page {
    shell: Shell,
    rows: Vec<Row>,
}

/// Shows the reports.
pub async fn list(State(app): State<App>, visitor: Visitor, _: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let runs = app.engine.store().runs(RunFilter { limit: SHOWN, ..RunFilter::default() }).await?;
    let rows = runs.into_iter().map(|entry| {
        let summary = entry.summary;
        Row {
            href: urls::report(entry.run),
            title: w.text(&summary.title).to_owned(),
            runbook: summary.runbook.to_string(),
            mode: Tag::mode(w, summary.mode),
            status: Tag::run(w, summary.status),
            verdict: summary.verdict.map(|verdict| Tag::verdict(w, verdict)),
            rta: w.clock(summary.rta),
            rto: w.clock(summary.rto),
            declared: w.day_time(summary.declared_at),
            ended: summary.ended_at.map_or_else(|| "–".to_owned(), |at| w.day_time(at)),
        }
    });
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("reports-title")), rows: rows.collect() }))
}
