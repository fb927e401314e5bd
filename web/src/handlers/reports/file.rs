//! The report of a run as a file.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::report;

use super::made::made;
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};

/// As JSON, for programs; the same in every language.
pub async fn json(State(app): State<App>, _: SignedIn, RunPath(run): RunPath) -> Result<Response, Error> {
    let report = made(&app, run).await?;
    let text = report::json(&report).map_err(|why| Error::Internal(why.to_string()))?;
    Ok(file(text, "application/json", &report.cover.document_no, "json"))
}

/// As Markdown.
pub async fn markdown(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    let report = made(&app, run).await?;
    let text = report::markdown(&report, visitor.words.0);
    Ok(file(text, "text/markdown; charset=utf-8", &report.cover.document_no, "md"))
}

/// As one HTML file that needs nothing else.
pub async fn html(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    let report = made(&app, run).await?;
    let text = crate::report::html(&report, visitor.words.0)?;
    Ok(file(text, "text/html; charset=utf-8", &report.cover.document_no, "html"))
}

fn file(text: String, kind: &'static str, number: &str, end: &str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = format!("attachment; filename=\"{number}.{end}\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
