//! Issued versions of a report and their signatures.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::evidence::issue::issued;
use serde::Deserialize;

use super::document::json_text;
use super::model::{Issue, IssueReport, Issues, Sign};
use super::once::{Answer, Key, once};
use super::sent::Sent;
use super::{Caller, PREFIX};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::{RunPath, Visitor};
use crate::handlers::issues;

/// Longest comment or reason, in characters.
const LONGEST: usize = 4_096;

/// The version of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Numbered {
    number: String,
}

impl Numbered {
    pub(super) fn number(&self) -> Result<u32, Error> {
        self.number.parse().map_err(|_| Error::NotFound)
    }
}

fn bounded(text: &str) -> Result<String, Error> {
    if text.chars().count() > LONGEST {
        return Err(Error::Unreadable(Unreadable::Shape, format!("a text has at most {LONGEST} characters")));
    }
    Ok(text.trim().to_owned())
}

/// The versions of a run's report, the first one first.
#[utoipa::path(get, path = "/api/v1/runs/{run}/issues", tag = "runs",
    params(("run" = String, Path, format = "uuid", description = "The run.")),
    responses((status = 200, description = "The versions.", body = Issues)))]
pub(super) async fn list(State(app): State<App>, _: Caller, RunPath(run): RunPath) -> Result<Json<Issues>, Error> {
    let found = issued(&**app.engine.store(), run).await?;
    Ok(Json(Issues { issues: found.iter().map(|found| Issue::of(&found.value)).collect() }))
}

/// The report of a version, to the byte as it was issued.
#[utoipa::path(get, path = "/api/v1/runs/{run}/issues/{number}", tag = "runs",
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("number" = u32, Path, description = "The version."),
    ),
    responses((status = 200, description = "The report.", body = Object)))]
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    _: Caller,
    RunPath(run): RunPath,
    Path(numbered): Path<Numbered>,
) -> Result<Response, Error> {
    let (_, json) = issues::frozen(&app, visitor.words, run, numbered.number()?).await?;
    Ok(json_text(json))
}

/// Issues the report of a run that is over as its next version.
#[utoipa::path(post, path = "/api/v1/runs/{run}/issues", tag = "runs", request_body = IssueReport,
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        Key,
    ),
    responses((status = 201, description = "It is issued.", body = Issue)))]
pub(super) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RunPath(run): RunPath,
    key: Key,
    sent: Sent<IssueReport>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |_| {
        let reason = bounded(&sent.value.reason)?;
        let made = issues::issued(&app, visitor.words, &caller, run, sent.value.last, reason).await?;
        let url = format!("{PREFIX}/runs/{run}/issues/{}", made.number);
        Answer::new(StatusCode::CREATED, Some(url), &Issue::of(&made))
    })
    .await
}

/// Signs a box of a version. Needs a session that has shown within the last five minutes who that is; no token can.
#[utoipa::path(post, path = "/api/v1/runs/{run}/issues/{number}/signatures", tag = "runs", request_body = Sign,
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("number" = u32, Path, description = "The version."),
        Key,
    ),
    responses((status = 200, description = "It is signed.", body = Issue)))]
pub(super) async fn sign(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RunPath(run): RunPath,
    Path(numbered): Path<Numbered>,
    key: Key,
    sent: Sent<Sign>,
) -> Result<Response, Error> {
    let Sign { r#box, digest, comment } = sent.value;
    let (number, comment) = (numbered.number()?, bounded(&comment)?);
    let w = visitor.words;
    once(&app, &caller, key, sent.digest, async |_| {
        let signed = issues::signed(&app, w, &caller, (run, number), r#box.into(), digest, comment).await?;
        Answer::new(StatusCode::OK, None, &Issue::of(&signed))
    })
    .await
}
