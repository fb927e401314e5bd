//! The replication links.

use axum::Json;
use axum::extract::State;

use super::Caller;
use super::model::{ReplicationLink, ReplicationLinks};
use crate::app::App;
use crate::error::Error;
use crate::handlers::replication::standing;

/// How each replication link stands, and what would be lost now.
#[utoipa::path(get, path = "/api/v1/replication", tag = "replication", responses(
    (status = 200, description = "The links.", body = ReplicationLinks),
))]
pub(super) async fn list(State(app): State<App>, _: Caller) -> Result<Json<ReplicationLinks>, Error> {
    let standing = standing(&app).await?;
    let links = standing.links.iter().map(|link| ReplicationLink::of(link, standing.now)).collect();
    Ok(Json(ReplicationLinks { links }))
}
