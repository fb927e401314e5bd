//! Reports.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::report;

use super::Caller;
use super::document::{etag, json_text, tagged};
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, Visitor};
use crate::handlers::reports::{file, made};
use crate::report::Format;

/// The report of a run; an interim one while it is not over.
#[utoipa::path(get, path = "/api/v1/runs/{run}/report", tag = "runs",
    params(("run" = String, Path, format = "uuid", description = "The run.")),
    responses(
        (status = 200, description = "The report, as `relight report --format json` writes it.", body = Object),
        (status = 304, description = "As the caller knows it."),
    ))]
pub(super) async fn show(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (tag, text) = made(&app, run, |report| {
        let text = report::json(report).map_err(|why| Error::Internal(why.to_string()))?;
        // Every number is a fold of the journal; only an interim report is also one of the instant.
        Ok(((!report.cover.interim).then(|| report.integrity.head.to_string()), text))
    })
    .await?;
    Ok(match tag {
        Some(tag) => tagged(&headers, etag(&tag), || json_text(text)),
        None => json_text(text),
    })
}

/// The report as a file, in the language of `Accept-Language`: `pdf`, `html`, `xlsx`, `csv.zip`, `json` or `md`.
#[utoipa::path(get, path = "/api/v1/runs/{run}/report/{format}", tag = "runs",
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("format" = String, Path, description = "`pdf`, `html`, `xlsx`, `csv.zip`, `json` or `md`."),
    ),
    responses(
        (status = 200, description = "The file.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "There is no such run, or no such form."),
    ))]
pub(super) async fn as_file(
    State(app): State<App>,
    visitor: Visitor,
    _: Caller,
    RunPath(run): RunPath,
    Path(asked): Path<(String, String)>,
) -> Result<Response, Error> {
    let (_, end) = asked;
    let format = Format::ALL.into_iter().find(|format| format.end() == end).ok_or(Error::NotFound)?;
    file(&app, run, format, visitor.words.0).await
}
