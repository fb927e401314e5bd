//! Reports, newest first: one a run that is over, and an interim one for each that is not.

use askama::Template;
use axum::extract::{Query, State};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::runs::{Asked, Row, page, page_of};
use crate::pages::{Html, Shell};
use crate::urls;

/// The list.
#[derive(Debug, Template)]
#[template(path = "reports/list.html")]
pub struct Page {
    shell: Shell,
    rows: Vec<Row>,
    older: Option<String>,
}

/// Shows the reports.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let (w, now) = (visitor.words, app.clock.now());
    let (runs, last) = page_of(&app, &person, page(asked.before)).await?;
    let rows = runs.iter().map(|entry| Row::of(w, entry, now, urls::report(entry.run))).collect();
    let shell = Shell::new(&visitor, &w.t("reports-title"));
    Ok(Html(Page { shell, rows, older: last.map(urls::reports_before) }))
}
