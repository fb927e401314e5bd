//! One document with its files and versions.

use askama::Template;
use axum::extract::{Path, State};
use engine::base::Day;
use engine::documents::{Document, DocumentId, document, past};
use engine::run::{Act, DocumentRight, permit};

use super::{Named, period, standing, told, update};
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Debug)]
struct File {
    name: String,
    size: String,
    digest: String,
    href: String,
}

#[derive(Debug)]
struct Version {
    number: u32,
    by: String,
    at: String,
    standing: String,
    note: String,
    files: Vec<File>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "documents/show.html")]
pub struct Page {
    shell: Shell,
    standing: String,
    author: String,
    made: String,
    changed: String,
    owners: Vec<String>,
    organisation: Option<String>,
    period: Option<String>,
    update: Option<(String, bool)>,
    summary: String,
    files: Vec<File>,
    versions: Vec<Version>,
    report: Option<String>,
    /// Where it is changed, for who may.
    edit: Option<String>,
}

/// A document that a person may see; for everybody else there is none.
pub(crate) async fn seen(app: &App, person: &SignedIn, w: Words, id: DocumentId) -> Result<Document, Error> {
    let found = document(&**app.engine.store(), id).await.map_err(|error| told(error, w))?;
    if person.may_view(found.draft.organisation.as_ref()) { Ok(found) } else { Err(Error::NotFound) }
}

/// Shows the page.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(named): Path<Named>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let document = seen(&app, &person, w, named.id()?).await?;
    let versions = past(&**app.engine.store(), document.id).await?;
    let version = |version: &Document| Version {
        number: version.number,
        by: version.changed_by.to_string(),
        at: w.moment(version.changed_at),
        standing: standing(w, version.draft.standing),
        note: version.note.clone(),
        files: files(version),
    };
    let draft = &document.draft;
    let actor = person.actor_at(draft.organisation.as_ref(), None);
    let right = if draft.standing.is_decided() { DocumentRight::Publish } else { DocumentRight::Keep };
    let may = permit(&actor, Act::Document(right), false).is_ok();
    Ok(Html(Page {
        shell: Shell::new(&visitor, &draft.title),
        standing: standing(w, draft.standing),
        author: document.author.to_string(),
        made: w.moment(document.made_at),
        changed: w.moment(document.changed_at),
        owners: draft.owners.clone(),
        organisation: draft.organisation.as_ref().map(ToString::to_string),
        period: period(draft.from, draft.until),
        update: update(document.update(Day::in_seoul(app.clock.now()))),
        summary: draft.summary.clone(),
        files: files(&document),
        versions: versions.iter().map(version).collect(),
        report: document.report.map(|(run, _)| urls::issues(run)),
        edit: may.then(|| urls::document_edit(document.id)),
    }))
}

fn files(document: &Document) -> Vec<File> {
    let file = |file: &engine::run::EvidenceFile| File {
        name: file.name.as_str().to_owned(),
        size: size(file.size),
        digest: file.digest.to_string(),
        href: urls::document_file(document.id, file.digest),
    };
    document.draft.files.iter().map(file).collect()
}

/// As people write it: `25.75 KB`, in hundredths.
fn size(bytes: u64) -> String {
    let (unit, of) = if bytes >= 1 << 20 { ("MB", 1 << 20) } else { ("KB", 1 << 10) };
    let hundredths = bytes * 100 / of;
    format!("{}.{:02} {unit}", hundredths / 100, hundredths % 100)
}
