//! The replication links.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use engine::base::LinkName;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{ReplicationHistory, ReplicationLink, ReplicationLinks, Stretch};
use super::sent::Asked;
use crate::app::App;
use crate::error::Error;
use crate::handlers::replication::{seen, standing};

/// Over which time.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Over {
    /// How far back.
    #[serde(default)]
    #[param(inline, required = false)]
    time: Stretch,
}

/// How each replication link stands, and what would be lost now.
#[utoipa::path(get, path = "/api/v1/replication", tag = "replication", responses(
    (status = 200, description = "The links.", body = ReplicationLinks),
))]
pub(super) async fn list(State(app): State<App>, _: Caller) -> Result<Json<ReplicationLinks>, Error> {
    let standing = standing(&app).await?;
    let links = standing.links.iter().map(|link| ReplicationLink::of(link, standing.now)).collect();
    Ok(Json(ReplicationLinks { links }))
}

/// One link over an hour, a day or a week: what would have been lost when, and which runs were declared then.
#[utoipa::path(get, path = "/api/v1/replication/{link}", tag = "replication",
    params(("link" = String, Path, description = "The link."), Over),
    responses((status = 200, description = "The link.", body = ReplicationHistory)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(link): Path<String>,
    Asked(over): Asked<Over>,
) -> Result<Json<ReplicationHistory>, Error> {
    let name: LinkName = link.parse().map_err(|_| Error::NotFound)?;
    let seen = seen(&app, &caller.person, &name, over.time.into()).await?;
    Ok(Json(ReplicationHistory::of(&seen)))
}
