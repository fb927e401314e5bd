//! The report of a run in the console.

use askama::Template;
use axum::extract::State;
use engine::base::RunId;
use engine::report::{Aside, RunReport};

use super::super::issues::offered;
use super::made::printed;
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::report::{Body, Format};
use crate::urls;

/// The report with its downloads.
#[derive(Debug, Template)]
#[template(path = "reports/show.html")]
pub struct Page {
    shell: Shell,
    /// HTML.
    body: String,
    run_url: String,
    issues_url: String,
    /// Where a host has a key to sign it with.
    pack_url: Option<String>,
    files: [(&'static str, String); 6],
}

/// Shows a report.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Html<Page>, Error> {
    let lang = visitor.words.0;
    let rendered = move |report: &RunReport, aside: &Aside| {
        let body = Body::of(report, aside, lang);
        let title = format!("{} {}", body.document().title, body.document().kind);
        Ok((title, body.render()?))
    };
    let (title, body) = printed(&app, run, rendered).await?;
    Ok(Html(Page {
        shell: Shell::new(&visitor, &title),
        body,
        run_url: urls::run(run),
        issues_url: urls::issues(run),
        pack_url: offered(&app, run, None).await?,
        files: files(run),
    }))
}

fn files(run: RunId) -> [(&'static str, String); 6] {
    Format::ALL.map(|format| (format.name(), urls::report_file(run, format)))
}
