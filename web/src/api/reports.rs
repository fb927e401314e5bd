//! Reports.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use engine::report;

use super::Caller;
use super::document::{etag, json_text, tagged};
use crate::app::App;
use crate::error::Error;
use crate::extract::RunPath;
use crate::handlers::reports::made;

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
