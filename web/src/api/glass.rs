//! Breaking the glass, and what others find about it.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::identity::Glass;
use engine::store::find;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Caller;
use super::caller::Oneself;
use super::model::{BreakGlass, GlassLine, GlassList, ReviewGlass};
use super::once::{Answer, Key, once};
use super::paging::within;
use super::sent::{Asked, Sent};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Fields, Visitor};
use crate::handlers::glass::{broken, reviewed};

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only what was broken before this: the `next` of the page before.
    #[param(value_type = Option<String>, format = "uuid")]
    before: Option<Uuid>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// The glass of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    glass: String,
}

/// Who broke the glass, and what others found about it. Everybody who is signed in sees that.
#[utoipa::path(get, path = "/api/v1/break-glass", tag = "glass", params(Which), responses(
    (status = 200, description = "A page of them.", body = GlassList),
))]
pub(super) async fn list(
    State(app): State<App>,
    _: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<GlassList>, Error> {
    let limit = within(which.limit)?;
    let found = app.sign_ins.all_glass(which.before, limit).await?;
    let whole = found.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next = whole.then(|| found.last().map(|last| last.id)).flatten();
    Ok(Json(GlassList { broken: found.iter().map(GlassLine::of).collect(), next }))
}

async fn line(app: &App, id: Uuid) -> Result<GlassLine, Error> {
    let found = find::<Glass>(&**app.engine.store(), &id.to_string()).await?.ok_or(Error::NotFound)?;
    Ok(GlassLine::of(&found.value))
}

/// Breaks the glass: for four hours the caller commands, operates and approves alone in real runs of the own organisations. Needs a
/// session that has shown within the last five minutes who that is; no token can, and no token gets anything of it.
#[utoipa::path(post, path = "/api/v1/break-glass", tag = "glass", request_body = BreakGlass, params(Key),
    responses((status = 201, description = "It is broken, and everybody is told.", body = GlassLine)))]
pub(super) async fn smash(
    State(app): State<App>,
    visitor: Visitor,
    Oneself(caller): Oneself,
    key: Key,
    sent: Sent<BreakGlass>,
) -> Result<Response, Error> {
    let reason = Fields(vec![("reason".to_owned(), sent.value.reason)]).required("reason")?;
    once(&app, &caller, key, sent.digest, async |makes| {
        broken(&app, visitor.words, &caller, makes, reason).await?;
        Answer::new(StatusCode::CREATED, None, &line(&app, makes).await?)
    })
    .await
}

/// Writes down what was found about broken glass. Not by who broke it, and by who reads the audit log.
#[utoipa::path(post, path = "/api/v1/break-glass/{glass}/review", tag = "glass", request_body = ReviewGlass,
    params(("glass" = String, Path, format = "uuid", description = "Which."), Key),
    responses((status = 200, description = "It is reviewed.", body = GlassLine)))]
pub(super) async fn review(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(named): Path<Named>,
    key: Key,
    sent: Sent<ReviewGlass>,
) -> Result<Response, Error> {
    let fields = Fields(vec![("finding".to_owned(), sent.value.finding)]);
    once(&app, &caller, key, sent.digest, async |_| {
        reviewed(&app, visitor.words, &caller, &named.glass, || fields.required("finding")).await?;
        let id = named.glass.parse().map_err(|_| Error::NotFound)?;
        Answer::new(StatusCode::OK, None, &line(&app, id).await?)
    })
    .await
}
