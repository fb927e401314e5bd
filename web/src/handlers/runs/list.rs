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
use crate::handlers::cases::places;
use crate::pages::{Html, Shell};
use crate::urls;

/// Runs on one page.
const PAGE: u32 = 50;
/// Pages of the store looked through for one of a person's.
const LOOKS: usize = 10;
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
    /// Where a case is opened, for who may.
    new_case: Option<&'static str>,
}

/// Shows the runs.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let (w, now) = (visitor.words, app.clock.now());
    let may_open = !places(&person).is_empty();
    let row = |entry: &RunSummary| Row::of(w, entry, now, urls::run(entry.run));
    let open = if asked.before.is_none() {
        let open = RunFilter { open_only: true, limit: OPEN, ..RunFilter::default() };
        let open = app.engine.store().runs(open).await?;
        Some(open.iter().filter(|entry| sees(&person, entry)).map(row).collect())
    } else {
        None
    };
    let (runs, last) = page_of(&app, &person, page(asked.before)).await?;
    let over = runs.iter().filter(|entry| !entry.summary.status.is_open());
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("runs-title")),
        open,
        over: over.map(row).collect(),
        older: last.map(urls::runs_before),
        runbooks: urls::runbooks(),
        new_case: may_open.then_some(urls::case_new()),
    }))
}

fn sees(person: &SignedIn, entry: &RunSummary) -> bool {
    person.may_view(entry.summary.organisation.as_ref())
}

/// One page of the runs that fit and that a person may see, and from where to go on where there may be older ones. A page may
/// be shorter than its limit though older ones follow: so many pages of the store are looked through, and no more.
pub(crate) async fn page_of(
    app: &App,
    person: &SignedIn,
    filter: RunFilter,
) -> Result<(Vec<RunSummary>, Option<RunId>), Error> {
    let (mut runs, mut last, most) = (Vec::new(), filter.before, filter.limit as usize);
    for _ in 0..LOOKS {
        let found = app.engine.store().runs(RunFilter { before: last, ..filter.clone() }).await?;
        last = (found.len() == most).then(|| found.last().map(|entry| entry.run)).flatten();
        runs.extend(found.into_iter().filter(|entry| sees(person, entry)));
        if runs.len() > most {
            runs.truncate(most);
            last = runs.last().map(|entry| entry.run);
        }
        if last.is_none() || runs.len() >= most {
            break;
        }
    }
    Ok((runs, last))
}

/// A page of the lists of the console.
pub(in crate::handlers) fn page(before: Option<RunId>) -> RunFilter {
    RunFilter { before, limit: PAGE, ..RunFilter::default() }
}
