//! The report of an issued version, to the byte as it was issued.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::RunId;
use engine::evidence::issue::{Issue, content, version};
use serde::Deserialize;

use super::told;
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, Visitor};
use crate::i18n::Words;

/// The version of the path.
#[derive(Debug, Deserialize)]
pub struct Numbered {
    number: String,
}

/// Gives it as a file.
pub async fn file(
    State(app): State<App>,
    visitor: Visitor,
    RunPath(run): RunPath,
    Path(numbered): Path<Numbered>,
) -> Result<Response, Error> {
    let number = numbered.number.parse().map_err(|_| Error::NotFound)?;
    let (issue, json) = frozen(&app, visitor.words, run, number).await?;
    let mut response = json.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let name = format!("attachment; filename=\"{}-v{}.json\"", issue.document_no, issue.number);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// A version and its JSON.
pub(crate) async fn frozen(app: &App, w: Words, run: RunId, number: u32) -> Result<(Issue, String), Error> {
    let store = &**app.engine.store();
    let issue = version(store, run, number).await.map_err(|error| told(error, w))?;
    let json = content(store, &issue).await.map_err(|error| told(error, w))?;
    Ok((issue, json))
}
