//! What a run would meet, before it is declared.

use axum::Json;
use axum::extract::{Path, State};

use super::Caller;
use super::model::{LookAhead, PreflightFound};
use super::sent::Sent;
use crate::app::App;
use crate::error::Error;
use crate::extract::Visitor;
use crate::handlers::runs::looked;

/// Looks at all that a run of a runbook would need, for who may declare it. Nothing is changed; it takes 20 seconds at most.
#[utoipa::path(post, path = "/api/v1/runbooks/{id}/preflight", tag = "runbooks", request_body = LookAhead,
    params(("id" = String, Path, description = "The runbook's id.")),
    responses((status = 200, description = "What was found.", body = PreflightFound)))]
pub(super) async fn look(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent<LookAhead>,
) -> Result<Json<PreflightFound>, Error> {
    let mode = sent.value.mode.into();
    let (_, found, digest) = looked(&app, visitor.words, &caller.person, &id, mode).await?;
    Ok(Json(PreflightFound::of(&found, digest)))
}
