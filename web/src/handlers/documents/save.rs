//! Saves a document with its files: what comes in by the form, and what programs send.

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::base::{Bilingual as _, Day, OrgId};
use engine::documents::{Document, DocumentError, DocumentId, Draft, Standing, document, save as keep};
use engine::run::{Act, Actor, DocumentRight, Door, EvidenceFile, FileLabel, Media, permit};

use super::{Named, told};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Fields, Named as Field, Upload, Visitor};
use crate::i18n::Words;
use crate::urls;

fn malformed(field: &str) -> Error {
    Error::Field(Field::Malformed(field.to_owned()))
}

/// Takes the form.
pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path(named): Path<Named>,
    upload: Upload,
) -> Result<Redirect, Error> {
    let id = named.id()?;
    let Upload { person, fields, files, .. } = upload;
    let comer = Comer { person, door: Door::Console };
    let next = Next {
        last: fields.parsed("last")?,
        draft: draft(&fields)?,
        keeps: Box::new(|file| fields.get(&format!("file.{}", file.digest)) == "keep"),
        files,
        note: fields.text("note")?,
    };
    saved(&app, visitor.words, &comer, id, next).await?;
    Ok(Redirect::to(&urls::document(id)))
}

/// What the next version of a document is made of.
pub(crate) struct Next<'a> {
    /// The version that was shown, 0 for a new one.
    pub last: u32,
    /// What is written of it, without files.
    pub draft: Draft,
    /// Which of its files stay.
    pub keeps: Box<dyn Fn(&EvidenceFile) -> bool + Send + 'a>,
    /// Which come.
    pub files: Vec<(FileLabel, Vec<u8>)>,
    /// What was changed.
    pub note: String,
}

/// Saves, for the console and for programs. No file is kept of somebody who may not save at all.
pub(crate) async fn saved(
    app: &App,
    w: Words,
    comer: &Comer,
    id: DocumentId,
    next: Next<'_>,
) -> Result<Document, Error> {
    let store = &**app.engine.store();
    let before = match document(store, id).await {
        Ok(found) => Some(found),
        Err(DocumentError::NoSuchDocument) => None,
        Err(error) => return Err(told(error, w)),
    };
    let was = before.as_ref().map(|before| before.draft.organisation.as_ref());
    let organisation = next.draft.organisation.as_ref();
    // Where somebody sees nothing there is nothing to be filed, and nothing to be taken away.
    if was.is_some_and(|was| !comer.person.may_view(was)) || !comer.person.may_view(organisation) {
        return Err(Error::NotFound);
    }
    let mut doer = comer.at(organisation, None);
    if let Some(was) = was {
        // What is moved is touched where it was and where it comes to.
        let there = comer.at(was, None).actor;
        doer.actor.roles.retain(|role| there.roles.contains(role));
    }
    if let Err(denial) = may_keep(&doer.actor) {
        return Err(Error::Forbidden { why: w.text(&denial.text()).to_owned() });
    }
    let mut files = before.map_or_else(Vec::new, |before| before.draft.files);
    files.retain(next.keeps);
    for (name, bytes) in next.files {
        files.push(taken(app, w, name, bytes).await?);
    }
    let draft = Draft { files, ..next.draft };
    let deed = doer.deed(app.clock.now(), "document.save", format!("document/{id}"));
    keep(store, id, next.last, draft, next.note, deed).await.map_err(|error| told(error, w))
}

/// Whoever publishes may save too; the desk judges which of both is needed.
fn may_keep(actor: &Actor) -> Result<(), engine::run::Denial> {
    let publishes = permit(actor, Act::Document(DocumentRight::Publish), false);
    permit(actor, Act::Document(DocumentRight::Keep), false).or(publishes)
}

fn draft(fields: &Fields) -> Result<Draft, Error> {
    let organisation: Option<OrgId> = match fields.get("organisation") {
        "" => None,
        path => Some(path.parse().map_err(|_| malformed("organisation"))?),
    };
    let day = |name: &str| -> Result<Option<Day>, Error> {
        match fields.get(name) {
            "" => Ok(None),
            day => day.parse().map(Some).map_err(|_| malformed(name)),
        }
    };
    let owners = fields.text("owners")?;
    let owners = owners.split(['\n', ',']).map(str::trim).filter(|owner| !owner.is_empty());
    Ok(Draft {
        title: fields.required("title")?,
        summary: fields.text("summary")?,
        organisation,
        standing: Standing::from_keyword(fields.get("standing")).ok_or_else(|| malformed("standing"))?,
        from: day("from")?,
        until: day("until")?,
        update_by: day("update_by")?,
        owners: owners.map(str::to_owned).collect(),
        files: Vec::new(),
    })
}

/// Keeps a file whose content is of a kind that is taken: the same check as for evidence.
async fn taken(app: &App, w: Words, name: FileLabel, bytes: Vec<u8>) -> Result<EvidenceFile, Error> {
    let media = Media::of(&bytes).map_err(|unwanted| {
        let why = w.text(&unwanted.text()).to_owned();
        Error::Refused { code: unwanted.code().to_owned(), message: format!("{}: {why}", name.as_str()) }
    })?;
    let size = bytes.len() as u64;
    let digest = app.engine.store().keep(bytes).await?;
    Ok(EvidenceFile { digest, name, size, media })
}
