//! The report of a run as a file.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::{Lang, RunId};

use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::report::{Format, Written, write};

/// As PDF, for print and for the archive.
pub async fn pdf(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    file(&app, run, Format::Pdf, visitor.words.0).await
}

/// As an archive of tables in CSV.
pub async fn csv(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    file(&app, run, Format::Csv, visitor.words.0).await
}

/// As a workbook.
pub async fn xlsx(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    file(&app, run, Format::Xlsx, visitor.words.0).await
}

/// As JSON, for programs; the same in every language.
pub async fn json(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    file(&app, run, Format::Json, visitor.words.0).await
}

/// As Markdown.
pub async fn markdown(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    file(&app, run, Format::Markdown, visitor.words.0).await
}

/// As one HTML file that needs nothing else.
pub async fn html(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    file(&app, run, Format::Html, visitor.words.0).await
}

/// The file under the number of its document, which has letters, digits and hyphens only.
pub(crate) async fn file(app: &App, run: RunId, format: Format, lang: Lang) -> Result<Response, Error> {
    let now = app.clock.now();
    let Written { document_no, bytes } = write(&**app.engine.store(), run, now, format, lang, &app.press).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{document_no}.{}\"", format.end())) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
