//! The form of a document, a new one or one that is there.

use askama::Template;
use axum::extract::{Path, State};
use engine::base::Day;
use engine::documents::{Document, DocumentId, Standing};
use engine::run::{Act, DocumentRight};

use super::{Named, seen, standing};
use crate::app::App;
use crate::error::Error;
use crate::extract::{FILES_A_FORM, SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "documents/edit.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    action: String,
    back: String,
    last: u32,
    title: String,
    summary: String,
    organisation: String,
    standings: Vec<(&'static str, String, bool)>,
    from: String,
    until: String,
    update_by: String,
    owners: String,
    /// Files that are there: digest and name.
    files: Vec<(String, String)>,
    most: usize,
}

/// Shows the form for a new one. Its id is made here: sent twice, it is one document.
pub async fn new(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let anywhere = person.actor_anywhere();
    let may = engine::run::permit(&anywhere, Act::Document(DocumentRight::Keep), false);
    may.map_err(|denial| {
        use engine::base::Bilingual as _;
        Error::Forbidden { why: visitor.words.text(&denial.text()).to_owned() }
    })?;
    Ok(Html(page(&visitor, &person, DocumentId(app.ids.fresh()), None)))
}

/// Shows the form for one that is there.
pub async fn edit(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(named): Path<Named>,
) -> Result<Html<Page>, Error> {
    let document = seen(&app, &person, visitor.words, named.id()?).await?;
    let right = if document.draft.standing.is_decided() { DocumentRight::Publish } else { DocumentRight::Keep };
    person.must(Act::Document(right), document.draft.organisation.as_ref(), visitor.words)?;
    Ok(Html(page(&visitor, &person, document.id, Some(&document))))
}

fn page(visitor: &Visitor, person: &SignedIn, id: DocumentId, document: Option<&Document>) -> Page {
    let w = visitor.words;
    let draft = document.map(|document| &document.draft);
    let now = draft.map_or(Standing::Draft, |draft| draft.standing);
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    let home = person.user.grants().find_map(|grant| grant.org.as_ref());
    let organisation = draft
        .map_or_else(|| home.map(ToString::to_string), |draft| draft.organisation.as_ref().map(ToString::to_string));
    let files = draft.map_or(&[][..], |draft| draft.files.as_slice());
    Page {
        shell: Shell::new(visitor, &w.t(if draft.is_some() { "documents-edit" } else { "documents-new" })),
        csrf: person.session.csrf.clone(),
        action: urls::document(id),
        back: if draft.is_some() { urls::document(id) } else { urls::documents().to_owned() },
        last: document.map_or(0, |document| document.number),
        title: draft.map_or_else(String::new, |draft| draft.title.clone()),
        summary: draft.map_or_else(String::new, |draft| draft.summary.clone()),
        organisation: organisation.unwrap_or_default(),
        standings: Standing::ALL.map(|one| (one.keyword(), standing(w, one), one == now)).to_vec(),
        from: day(draft.and_then(|draft| draft.from)),
        until: day(draft.and_then(|draft| draft.until)),
        update_by: day(draft.and_then(|draft| draft.update_by)),
        owners: draft.map_or_else(|| person.user.name.to_string(), |draft| draft.owners.join("\n")),
        files: files.iter().map(|file| (file.digest.to_string(), file.name.as_str().to_owned())).collect(),
        most: FILES_A_FORM,
    }
}
