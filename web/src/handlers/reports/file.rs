//! The report of a run as a file.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::RunId;
use engine::report::{self, Aside, RunReport};

use super::made::printed;
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};

/// As JSON, for programs; the same in every language.
pub async fn json(State(app): State<App>, _: SignedIn, RunPath(run): RunPath) -> Result<Response, Error> {
    let write = |report: &RunReport, _: &Aside| report::json(report).map_err(|why| Error::Internal(why.to_string()));
    file(&app, run, ("json", "application/json"), write).await
}

/// As Markdown.
pub async fn markdown(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    let write = move |report: &RunReport, aside: &Aside| Ok(report::markdown(report, aside, visitor.words.0));
    file(&app, run, ("md", "text/markdown; charset=utf-8"), write).await
}

/// As one HTML file that needs nothing else.
pub async fn html(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    let write = move |report: &RunReport, aside: &Aside| Ok(crate::report::html(report, aside, visitor.words.0)?);
    file(&app, run, ("html", "text/html; charset=utf-8"), write).await
}

async fn file(
    app: &App,
    run: RunId,
    (end, kind): (&'static str, &'static str),
    write: impl FnOnce(&RunReport, &Aside) -> Result<String, Error> + Send + 'static,
) -> Result<Response, Error> {
    let written =
        move |report: &RunReport, aside: &Aside| Ok((write(report, aside)?, report.cover.document_no.clone()));
    let (text, number) = printed(app, run, written).await?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{number}.{end}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
