//! Sealed packs.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::issues::Numbered;
use super::sent::Asked;
use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, Visitor};
use crate::handlers::issues::sealed;

/// How much goes in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Extent {
    /// Leaves out the forms of the report for people, which take long to make.
    #[serde(default)]
    data_only: bool,
}

/// The evidence pack of a run as it stands: its report in all forms, journal, plan, runbook, outputs and files, signed with the
/// key of this host. `relight verify FILE` proves it. That it was made stands in the audit log.
#[utoipa::path(get, path = "/api/v1/runs/{run}/pack", tag = "runs",
    params(("run" = String, Path, format = "uuid", description = "The run."), Extent),
    responses((status = 200, description = "The pack.", body = Vec<u8>, content_type = "application/zip")))]
pub(super) async fn of_run(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RunPath(run): RunPath,
    Asked(extent): Asked<Extent>,
) -> Result<Response, Error> {
    sealed(&app, visitor.words, &caller, run, None, extent.data_only).await
}

/// The evidence pack of an issued version of a run's report, with its signatures and the journal as it was then.
#[utoipa::path(get, path = "/api/v1/runs/{run}/issues/{number}/pack", tag = "runs",
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("number" = u32, Path, description = "The version."),
        Extent,
    ),
    responses((status = 200, description = "The pack.", body = Vec<u8>, content_type = "application/zip")))]
pub(super) async fn of_issue(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RunPath(run): RunPath,
    Path(numbered): Path<Numbered>,
    Asked(extent): Asked<Extent>,
) -> Result<Response, Error> {
    sealed(&app, visitor.words, &caller, run, Some(numbered.number()?), extent.data_only).await
}
