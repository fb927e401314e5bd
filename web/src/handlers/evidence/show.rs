//! One file, as it was handed in. It is never a page of this console: a browser saves it, or shows it as a picture.

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::{Digest, RunId};
use engine::run::{EvidenceFile, Media};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::super::reports::made;
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn};

/// What even a browser that takes it for a page may not do.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");
/// The content under a digest never changes.
const CACHE: HeaderValue = HeaderValue::from_static("private, max-age=86400, immutable");

/// The file of the path.
#[derive(Debug, Deserialize)]
pub struct Named {
    digest: String,
}

/// Gives a file that belongs to this run, and no other, to who may see the run.
pub async fn show(
    State(app): State<App>,
    _: SignedIn,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
) -> Result<Response, Error> {
    given(&app, run, &named.digest).await
}

/// The file as it is sent to whoever may see the run, from the console and from the API alike.
pub(crate) async fn given(app: &App, run: RunId, digest: &str) -> Result<Response, Error> {
    let digest: Digest = digest.parse().map_err(|_| Error::NotFound)?;
    let file = find(app, run, digest).await?.ok_or(Error::NotFound)?;
    let bytes = app.engine.store().kept(digest).await?.ok_or(Error::NotFound)?;
    Ok(handed_out(&file, bytes))
}

/// A file that somebody handed in, as an answer that no browser takes for a page.
pub(crate) fn handed_out(file: &EvidenceFile, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(file.media)));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, CACHE);
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    // Escaped whole: nothing of the name can end the value or begin another.
    let name = utf8_percent_encode(file.name.as_str(), NON_ALPHANUMERIC);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

const fn kind(media: Media) -> &'static str {
    match media {
        Media::Text => "text/plain; charset=utf-8",
        Media::Png | Media::Jpeg | Media::Webp | Media::Heic => media.mime(),
        Media::Pdf | Media::Workbook | Media::Document => media.mime(),
    }
}

/// The file of this run with this digest: of work that is open, or of any before it.
async fn find(app: &App, run: RunId, digest: Digest) -> Result<Option<EvidenceFile>, Error> {
    let view = app.engine.watch(run).await?.borrow().clone();
    let open = view.plan.unit_ixs().filter_map(|ix| view.state.unit(ix).manual.as_ref());
    let now = open.flat_map(|open| &open.files).map(|handed| &handed.file).find(|file| file.digest == digest);
    if let Some(file) = now {
        return Ok(Some(file.clone()));
    }
    made(app, run, move |report| {
        let files = report.manual.iter().flat_map(|manual| &manual.files);
        Ok(files.map(|entry| &entry.file).find(|file| file.digest == digest).cloned())
    })
    .await
}
