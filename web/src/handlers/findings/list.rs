//! Findings, the gravest first; those that are closed on request.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use engine::base::Day;
use engine::review::{Finding, Severity, Status, closed, unsettled};
use serde::Deserialize;

use super::Row;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// Closed findings on one page.
const PAGE: u32 = 100;

/// Which findings; what can not be read is as good as not written.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(crate) runbook: String,
    #[serde(default)]
    pub(crate) owner: String,
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) overdue: String,
    #[serde(default)]
    pub(crate) before: String,
}

impl Asked {
    /// Whether closed ones are asked for; they are many, and come a page at a time.
    pub(crate) fn wants_closed(&self) -> bool {
        self.status == "closed"
    }

    /// Whether a finding is one of those asked for.
    pub(crate) fn admits(&self, finding: &Finding, today: Day) -> bool {
        let owner = finding.owner.as_ref().map_or("-", engine::base::UserName::as_str);
        (self.runbook.is_empty() || self.runbook == finding.runbook.as_str())
            && (self.owner.is_empty() || self.owner == owner)
            && (self.status.is_empty() || self.status == finding.status.keyword())
            && (self.overdue.is_empty() || finding.is_overdue(today))
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "findings/list.html")]
pub struct Page {
    shell: Shell,
    asked: Asked,
    runbooks: Vec<(String, String)>,
    statuses: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    /// How many of each severity are shown.
    counts: Vec<(String, usize)>,
    older: Option<String>,
}

/// Shows them.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let (w, today) = (visitor.words, Day::in_seoul(app.clock.now()));
    let (mut found, older) = found(&app, &person, &asked).await?;
    let runbooks: BTreeMap<String, String> =
        found.iter().map(|one| (one.runbook.to_string(), w.text(&one.title).to_owned())).collect();
    found.retain(|finding| asked.admits(finding, today));
    found.sort_by_key(|one| (one.severity, one.due.is_none(), one.due, one.id));
    let count = |severity: Severity| {
        let n = found.iter().filter(|one| one.severity == severity).count();
        (w.text(&severity.title()).to_owned(), n)
    };
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("findings-title")),
        runbooks: runbooks.into_iter().collect(),
        statuses: statuses(w),
        counts: Severity::ALL.into_iter().map(count).filter(|(_, n)| *n > 0).collect(),
        rows: found.iter().map(|one| Row::of(w, one, today)).collect(),
        older: older.map(|last| urls::findings_closed_before(&asked.runbook, &asked.owner, &last)),
        asked,
    }))
}

/// What the person may see of what is asked for before any filter but open and closed, and where the next page begins.
pub(crate) async fn found(
    app: &App,
    person: &SignedIn,
    asked: &Asked,
) -> Result<(Vec<Finding>, Option<String>), Error> {
    let store = &**app.engine.store();
    let (found, older) = if asked.wants_closed() {
        let before = Some(asked.before.as_str()).filter(|before| !before.is_empty());
        let page = closed(store, before, PAGE).await?;
        let older = page.last().filter(|_| page.len() == PAGE as usize).map(|last| last.id.to_string());
        (page, older)
    } else {
        (unsettled(store).await?.into_iter().map(|known| known.value).collect(), None)
    };
    Ok((found.into_iter().filter(|one| person.may_view(one.organisation.as_ref())).collect(), older))
}

/// Words of the filter.
fn statuses(w: Words) -> Vec<(&'static str, String)> {
    Status::WORDS.into_iter().map(|word| (word, w.t(&format!("finding-status-{word}")))).collect()
}
