//! Documents, newest first, or those in which words stand.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::Day;
use engine::documents::{Asked as Words, Document, DocumentId, Found, search};
use engine::run::{Act, DocumentRight, permit};
use serde::Deserialize;

use super::{period, standing, update};
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// Documents on a page.
const PAGE: usize = 50;

/// Which documents.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    before: Option<DocumentId>,
}

#[derive(Debug)]
struct Row {
    href: String,
    title: String,
    standing: String,
    owners: String,
    period: String,
    update: Option<(String, bool)>,
    changed: String,
    files: usize,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "documents/list.html")]
pub struct Page {
    shell: Shell,
    query: String,
    /// Whether the person may add one anywhere.
    makes: bool,
    rows: Vec<Row>,
    older: Option<String>,
}

/// Shows the page.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let today = Day::in_seoul(app.clock.now());
    let Found { documents, next } = found(&app, &person, &asked.q, asked.before, PAGE).await?;
    let row = |document: &Document| Row {
        href: urls::document(document.id),
        title: document.draft.title.clone(),
        standing: standing(w, document.draft.standing),
        owners: document.draft.owners.join(", "),
        period: period(document.draft.from, document.draft.until).unwrap_or_default(),
        update: update(document.update(today)),
        changed: w.day_time(document.changed_at),
        files: document.draft.files.len(),
    };
    let rows = documents.iter().map(row).collect();
    let shell = Shell::new(&visitor, &w.t("documents-title"));
    let makes = permit(&person.actor_anywhere(), Act::Document(DocumentRight::Keep), false).is_ok();
    let older = next.map(|next| urls::documents_behind(&asked.q, next));
    Ok(Html(Page { shell, query: asked.q, makes, rows, older }))
}

/// A page of the documents that a person may see, for pages and for programs.
pub(crate) async fn found(
    app: &App,
    person: &SignedIn,
    words: &str,
    before: Option<DocumentId>,
    most: usize,
) -> Result<Found, Error> {
    let asked = Words { words: words.to_owned(), before, most };
    Ok(search(&**app.engine.store(), asked, |organisation| person.may_view(organisation)).await?)
}
