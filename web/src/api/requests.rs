//! What is asked of a run, and the answers.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::RequestId;
use engine::run::Answer;
use serde::Deserialize;

use super::Caller;
use super::model::{Ask, Both, Reply, Standing};
use super::once::{Answer as Said, Key, once};
use super::sent::Sent;
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, Visitor};
use crate::handlers::runs::{self, Submitted};

/// Asks something of a run: a vote, manual work, or a verb of its operators.
#[utoipa::path(post, path = "/api/v1/runs/{run}/requests", tag = "runs", request_body = Ask,
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        Key,
    ),
    responses(
        (status = 200, description = "It took effect.", body = Reply),
        (status = 202, description = "It is kept, and takes effect once an engine carries the run on.", body = Reply),
    ))]
pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RunPath(run): RunPath,
    key: Key,
    sent: Sent<Ask>,
) -> Result<Response, Error> {
    let (fields, w) = (sent.value.fields(), visitor.words);
    once(&app, &caller, key, sent.digest, async |makes| {
        let request = RequestId(makes);
        let asked = runs::ask(&app, w, run, &caller, request, &fields).await?;
        let (status, standing, seq) = match asked {
            Submitted::Accepted(seq) => (StatusCode::OK, Standing::Accepted, Some(seq)),
            Submitted::Kept => (StatusCode::ACCEPTED, Standing::Kept, None),
        };
        Said::new(status, None, &Reply { request, standing, seq, code: None, message: None })
    })
    .await
}

/// The request of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    request: String,
}

/// What became of a request.
#[utoipa::path(get, path = "/api/v1/runs/{run}/requests/{request}", tag = "runs",
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("request" = String, Path, format = "uuid", description = "The request."),
    ),
    responses((status = 200, description = "The answer.", body = Reply)))]
pub(super) async fn answer(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
) -> Result<Json<Reply>, Error> {
    let request: RequestId = named.request.parse().map_err(|_| Error::NotFound)?;
    let reply = |standing| Reply { request, standing, seq: None, code: None, message: None };
    Ok(Json(match app.engine.store().answer(request).await? {
        Some(Answer::Accepted { seq }) => Reply { seq: Some(seq), ..reply(Standing::Accepted) },
        Some(Answer::Refused { code, message }) => {
            Reply { code: Some(code), message: Some(Both::of(&message)), ..reply(Standing::Refused) }
        }
        None => {
            let waiting = app.engine.store().pending(&[run]).await?;
            waiting.iter().find(|waiting| waiting.id == request).ok_or(Error::NotFound)?;
            reply(Standing::Kept)
        }
    }))
}
