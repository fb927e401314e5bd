//! A file of a document, of any of its versions.

use axum::extract::{Path, State};
use axum::response::Response;
use engine::base::Digest;
use engine::documents::{DocumentId, past};
use serde::Deserialize;

use super::super::evidence::handed_out;
use super::seen;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;

/// The file of the path.
#[derive(Debug, Deserialize)]
pub struct OfDocument {
    document: String,
    digest: String,
}

/// Gives a file to who may see the document.
pub async fn file(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(named): Path<OfDocument>,
) -> Result<Response, Error> {
    let id = named.document.parse().map_err(|_| Error::NotFound)?;
    let digest = named.digest.parse().map_err(|_| Error::NotFound)?;
    handed(&app, &person, visitor.words, id, digest).await
}

/// The file with this digest, as nothing that a browser would take for a page.
pub(crate) async fn handed(
    app: &App,
    person: &SignedIn,
    w: Words,
    id: DocumentId,
    digest: Digest,
) -> Result<Response, Error> {
    let document = seen(app, person, w, id).await?;
    let store = &**app.engine.store();
    let versions = past(store, document.id).await?;
    let mut files = versions.iter().flat_map(|version| &version.draft.files);
    let file = files.find(|file| file.digest == digest).ok_or(Error::NotFound)?;
    let bytes = store.kept(digest).await?.ok_or(Error::NotFound)?;
    Ok(handed_out(file, bytes))
}
