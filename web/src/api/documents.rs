//! The repository of documents: the list with its search, one of them, its versions and its files.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::Digest;
use engine::documents::{self as shelf, DocumentId};
use engine::run::FileLabel;
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{Document, DocumentVersions, Documents, KeepDocument};
use super::once::{Answer, Key, once};
use super::sent::{Asked, Sent, SentFile};
use super::{Caller, PREFIX};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::documents::{self, Named, Next};

/// Longest text that is looked for, in characters.
const LONGEST: usize = 200;
/// Documents in one answer.
const PAGE: usize = 100;
/// Longest note, in characters.
const NOTE: usize = 1_000;
/// Longest name of a file, in characters. What is left of it is a label.
const NAME: usize = 255;

/// Which documents.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only those in whose title, summary, people or names of files all these words stand, also inside longer words.
    #[serde(default)]
    #[param(max_length = 200)]
    q: String,
    /// Only those made before this one: the `next` of the page before.
    #[param(value_type = Option<String>, format = "uuid")]
    before: Option<DocumentId>,
}

/// Documents, newest first. A page may be short, or empty, and have a `next`: so many were looked through.
#[utoipa::path(get, path = "/api/v1/documents", tag = "documents", params(Which), responses(
    (status = 200, description = "A page of documents.", body = Documents),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<Documents>, Error> {
    if which.q.chars().count() > LONGEST {
        return Err(Error::Unreadable(Unreadable::Query, format!("q: at most {LONGEST}")));
    }
    let found = documents::found(&app, &caller.person, &which.q, which.before, PAGE).await?;
    Ok(Json(Documents { documents: found.documents.iter().map(Document::of).collect(), next: found.next }))
}

/// A document with all its versions.
#[utoipa::path(get, path = "/api/v1/documents/{document}", tag = "documents",
    params(("document" = String, Path, format = "uuid", description = "The document.")),
    responses((status = 200, description = "The document.", body = DocumentVersions)))]
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(named): Path<Named>,
) -> Result<Json<DocumentVersions>, Error> {
    let document = documents::seen(&app, &caller.person, visitor.words, named.id()?).await?;
    let versions = shelf::past(&**app.engine.store(), document.id).await?;
    let versions = versions.iter().map(Document::of).collect();
    Ok(Json(DocumentVersions { document: Document::of(&document), versions }))
}

/// A file of a document, of any of its versions, as an attachment.
#[utoipa::path(get, path = "/api/v1/documents/{document}/files/{digest}", tag = "documents",
    params(
        ("document" = String, Path, format = "uuid", description = "The document."),
        ("digest" = String, Path, description = "SHA-256 of the file."),
    ),
    responses((status = 200, description = "The file.", body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn file(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path((document, digest)): Path<(String, String)>,
) -> Result<Response, Error> {
    let id = document.parse().map_err(|_| Error::NotFound)?;
    let digest: Digest = digest.parse().map_err(|_| Error::NotFound)?;
    documents::handed(&app, &caller.person, visitor.words, id, digest).await
}

/// Keeps a new document. The same `Idempotency-Key` sent again is the same document.
#[utoipa::path(post, path = "/api/v1/documents", tag = "documents", request_body = KeepDocument,
    params(Key),
    responses((status = 201, description = "It is kept.", body = Document)))]
pub(super) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<KeepDocument>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |makes| {
        let id = DocumentId(makes);
        // The id is this key's alone: what is there was made by it, before it could answer.
        let made = match documents::seen(&app, &caller.person, visitor.words, id).await {
            Err(Error::NotFound) => documents::saved(&app, visitor.words, &caller, id, next(&sent.value)?).await?,
            made => made?,
        };
        Answer::new(StatusCode::CREATED, Some(format!("{PREFIX}/documents/{id}")), &Document::of(&made))
    })
    .await
}

/// Keeps the next version of a document.
#[utoipa::path(post, path = "/api/v1/documents/{document}/versions", tag = "documents", request_body = KeepDocument,
    params(
        ("document" = String, Path, format = "uuid", description = "The document."),
        Key,
    ),
    responses((status = 200, description = "It is kept.", body = Document)))]
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(named): Path<Named>,
    key: Key,
    sent: Sent<KeepDocument>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |_| {
        let id = documents::seen(&app, &caller.person, visitor.words, named.id()?).await?.id;
        let made = documents::saved(&app, visitor.words, &caller, id, next(&sent.value)?).await?;
        Answer::new(StatusCode::OK, None, &Document::of(&made))
    })
    .await
}

fn next(wanted: &KeepDocument) -> Result<Next<'_>, Error> {
    Ok(Next {
        last: wanted.last,
        draft: wanted.draft(),
        keeps: Box::new(|file| wanted.files.as_ref().is_none_or(|kept| kept.contains(&file.digest))),
        files: Vec::new(),
        note: noted(&wanted.note)?,
    })
}

fn noted(note: &str) -> Result<String, Error> {
    if note.chars().count() > NOTE {
        return Err(Error::Unreadable(Unreadable::Shape, format!("a note has at most {NOTE} characters")));
    }
    Ok(note.trim().to_owned())
}

/// What a file is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Label {
    /// What it is called.
    #[param(min_length = 1, max_length = 255)]
    name: String,
    /// The version that the caller knows. Another one in the meantime refuses the request.
    last: u32,
    /// What was changed.
    #[serde(default)]
    #[param(max_length = 1000)]
    note: String,
}

/// Adds a file to a document, as its next version. At most 10 MiB; what it is is told from its content: pictures, PDF, plain text,
/// workbooks and written documents are taken, pages and programs are not.
#[utoipa::path(post, path = "/api/v1/documents/{document}/files", tag = "documents",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(
        ("document" = String, Path, format = "uuid", description = "The document."), Label,
        Key,
    ),
    responses((status = 201, description = "It is added.", body = Document)))]
pub(super) async fn attach(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(named): Path<Named>,
    Asked(label): Asked<Label>,
    key: Key,
    sent: SentFile,
) -> Result<Response, Error> {
    if !(1..=NAME).contains(&label.name.chars().count()) {
        return Err(Error::Unreadable(Unreadable::Query, format!("name: 1–{NAME}")));
    }
    let SentFile { bytes, digest, .. } = sent;
    once(&app, &caller, key, digest, async |_| {
        let document = documents::seen(&app, &caller.person, visitor.words, named.id()?).await?;
        let next = Next {
            last: label.last,
            draft: document.draft,
            keeps: Box::new(|_| true),
            files: vec![(FileLabel::of(&label.name), bytes.to_vec())],
            note: noted(&label.note)?,
        };
        let made = documents::saved(&app, visitor.words, &caller, document.id, next).await?;
        Answer::new(StatusCode::CREATED, Some(format!("{PREFIX}/documents/{}", made.id)), &Document::of(&made))
    })
    .await
}
