//! What waits for the caller, in all runs.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{Approvals, Tasks, WaitingGate, WaitingTask};
use super::sent::Asked;
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::handlers::{approvals as gates, tasks as work};

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// So many of the most urgent ones are passed over: the `next` of the page before.
    #[serde(default)]
    #[param(default = 0, maximum = 1_000_000)]
    from: u32,
}

/// More than so many are never passed over.
const FARTHEST: u32 = 1_000_000;

impl From {
    fn place(&self) -> Result<usize, Error> {
        let wrong = || Error::Unreadable(Unreadable::Query, format!("from: at most {FARTHEST}"));
        if self.from > FARTHEST { Err(wrong()) } else { usize::try_from(self.from).map_err(|_| wrong()) }
    }
}

/// Gates that wait for a vote of the caller, or of somebody for whom the caller stands in; a hundred a page.
#[utoipa::path(get, path = "/api/v1/approvals", tag = "people", params(From), responses(
    (status = 200, description = "A page of gates.", body = Approvals),
))]
pub(super) async fn approvals(
    State(app): State<App>,
    caller: Caller,
    Asked(from): Asked<From>,
) -> Result<Json<Approvals>, Error> {
    let (found, next) = gates::mine(&app, &caller.person, from.place()?).await?;
    Ok(Json(Approvals { gates: found.iter().map(WaitingGate::of).collect(), next }))
}

/// Manual work that waits for the caller; a hundred pieces a page.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "people", params(From), responses(
    (status = 200, description = "A page of manual work.", body = Tasks),
))]
pub(super) async fn tasks(
    State(app): State<App>,
    caller: Caller,
    Asked(from): Asked<From>,
) -> Result<Json<Tasks>, Error> {
    let (found, next) = work::mine(&app, &caller.person, from.place()?).await?;
    Ok(Json(Tasks { tasks: found.iter().map(WaitingTask::of).collect(), next }))
}
