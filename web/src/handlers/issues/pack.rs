//! The sealed pack of a run, as a download.

use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::{Bilingual as _, RunId};
use engine::evidence::{KeyFault, Keyring};
use engine::run::Door;
use engine::store::{Changed, Deed};
use futures::stream;
use serde::Deserialize;
use serde_json::json;

use super::told;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::i18n::Words;
use crate::sealing::{NoPack, Wanted, file_name, seal_run};
use crate::urls;

/// Bytes sent at once.
const PIECE: usize = 64 * 1024;

/// Which version.
#[derive(Debug, Deserialize)]
pub struct Asked {
    issue: Option<u32>,
}

/// The pack, for a browser. Nobody who may not see the report gets here.
pub async fn pack(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    RunPath(run): RunPath,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    sealed(&app, visitor.words, &Comer { person, door: Door::Console }, run, asked.issue, false).await
}

/// Seals the run, or an issued version of its report, and gives the file. It is made in a file without a name, so that neither
/// memory nor a crash holds on to it.
pub(crate) async fn sealed(
    app: &App,
    w: Words,
    comer: &Comer,
    run: RunId,
    issue: Option<u32>,
    data_only: bool,
) -> Result<Response, Error> {
    let store = Arc::clone(app.engine.store());
    let no_key = |fault: KeyFault| match fault {
        KeyFault::None => Error::Refused { code: "no_key".to_owned(), message: w.text(&fault.text()).to_owned() },
        KeyFault::Store(error) => error.into(),
        KeyFault::Foreign(_) | KeyFault::Sealed(_) => Error::Internal(fault.to_string()),
    };
    let sealed = app.sealed.clone().ok_or(KeyFault::None).map_err(no_key)?;
    let key = Keyring::new(sealed).current(&*store).await.map_err(no_key)?;
    let file = tempfile::tempfile().map_err(|why| Error::Internal(why.to_string()))?;
    let now = app.clock.now();
    let wanted = Wanted { run, now, issue, data_only };
    let made = seal_run(Arc::clone(&store), key, &app.press, wanted, file).await;
    let (file, manifest) = made.map_err(|why| match why {
        NoPack::Store(error) => error.into(),
        NoPack::Corrupt(corrupt) => Error::Corrupt(corrupt.text()),
        NoPack::Issue(error) => told(error, w),
        NoPack::Form { .. } => Error::Unprintable(why.text()),
        NoPack::Seal(_) | NoPack::Cut(_) => Error::Internal(why.to_string()),
    })?;
    let place = app.place_of(run).await?;
    let doer = comer.at(place.org.as_ref(), Some(place.mode));
    let after = json!({ "rows": manifest.rows, "head": manifest.head, "key": manifest.key, "issue": issue });
    let deed = Deed { after: Some(after), ..doer.deed(now, "run.seal", format!("run/{run}")) };
    match store.change(now, Vec::new(), vec![deed]).await? {
        // Without changes there is nothing that could be stale.
        Changed::Done | Changed::Stale { .. } => {}
    }
    let mut response = sent(file).map_err(|why| Error::Internal(why.to_string()))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let name = format!("attachment; filename=\"{}\"", file_name(&manifest.document_no));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Where a pack is downloaded, on a host that has a key to sign it with.
pub(crate) async fn offered(app: &App, run: RunId, issue: Option<u32>) -> Result<Option<String>, Error> {
    let Some(sealed) = app.sealed.clone() else { return Ok(None) };
    let signs = Keyring::new(sealed).signs(&**app.engine.store()).await?;
    Ok(signs.then(|| urls::pack(run, issue)))
}

/// A file from its beginning, piece by piece, read off the async threads.
fn sent(mut file: File) -> io::Result<Response> {
    let length = file.metadata()?.len();
    file.rewind()?;
    let pieces = stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece)?;
            piece.truncate(read);
            Ok::<_, io::Error>((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
        });
        read.await.map_err(io::Error::other)?
    });
    let mut response = Body::from_stream(pieces).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}
