//! Two runs beside each other, and what people write about the differences.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::RunId;
use engine::review::Comparison;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{NoteKept, UnitNote};
use super::once::{Answer, Key, once};
use super::sent::{Asked, Sent};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::compare::{compared, noted};

/// Longest note, in characters.
const LONGEST: usize = 4_000;

/// Which two runs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Two {
    /// The earlier one.
    #[param(value_type = String, format = "uuid")]
    then: RunId,
    /// The later one.
    #[param(value_type = String, format = "uuid")]
    now: RunId,
}

/// Two runs of a runbook that are over, unit by unit.
#[utoipa::path(get, path = "/api/v1/compare", tag = "review", params(Two), responses(
    (status = 200, description = "The comparison, as `relight compare --format json` writes it.", body = Object),
))]
pub(super) async fn compare(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Asked(two): Asked<Two>,
) -> Result<Json<Comparison>, Error> {
    Ok(Json(compared(&app, &caller.person, visitor.words, two.then, two.now).await?.0))
}

/// Writes down why a unit took more or less time than before; an empty note takes it away.
#[utoipa::path(post, path = "/api/v1/compare/notes", tag = "review", request_body = UnitNote,
    params(Key),
    responses((status = 200, description = "It is written down.", body = NoteKept)))]
pub(super) async fn note(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<UnitNote>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |_| {
        let UnitNote { then, now, unit, note } = &sent.value;
        if note.chars().count() > LONGEST {
            return Err(Error::Unreadable(Unreadable::Shape, format!("a note has at most {LONGEST} characters")));
        }
        noted(&app, visitor.words, &caller, (*then, *now), unit, note.trim()).await?;
        Answer::new(StatusCode::OK, None, &NoteKept { unit: unit.to_string() })
    })
    .await
}
