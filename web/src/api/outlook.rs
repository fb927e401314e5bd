//! What is to be expected of a runbook, and what of it was gone through.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use engine::base::Millis;
use engine::forecast::WhatIf;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::Caller;
use super::model::CoverageMap;
use super::sent::Asked;
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::handlers::coverage::covered;
use crate::handlers::runbooks::{Foreseen, foreseen};
use crate::handlers::runs::runbook;

/// Longest time between event and declaration that is tried: a year.
const LONGEST: u64 = 31_622_400_000;
/// Units at work at the same time, at most, that are tried: as many as a runbook may say.
const AT_ONCE: u32 = 10_000;

/// What is tried instead of what the runbook says.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Tried {
    /// Units at work at the same time, at most; as the runbook says where absent.
    #[param(minimum = 1, maximum = 10_000)]
    concurrency: Option<u32>,
    /// What has passed of the objective when the run begins: from the event to the declaration.
    #[serde(default)]
    #[param(maximum = 31_622_400_000_u64)]
    before_ms: u64,
}

/// As `relight forecast --format json` writes it.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    runbook: String,
    #[serde(flatten)]
    foreseen: Foreseen,
}

/// What is to be expected of the next run, from what units took in past runs: P50, P90 and the chance of meeting each objective;
/// and how far such forecasts were off.
#[utoipa::path(get, path = "/api/v1/runbooks/{id}/forecast", tag = "runbooks",
    params(("id" = String, Path, description = "The runbook's id."), Tried),
    responses((status = 200, description = "The forecast, as `relight forecast --format json` writes it.", body = Object)))]
pub(super) async fn forecast(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Asked(tried): Asked<Tried>,
) -> Result<Json<Told>, Error> {
    let wrong = |what: &str| Error::Unreadable(Unreadable::Query, what.to_owned());
    if tried.concurrency.is_some_and(|at_once| !(1..=AT_ONCE).contains(&at_once)) {
        return Err(wrong(&format!("concurrency: from 1 to {AT_ONCE}")));
    }
    if tried.before_ms > LONGEST {
        return Err(wrong("before_ms: at most a year"));
    }
    let (_, plan) = runbook(&app, &caller.person, &id).await?;
    let what_if = WhatIf { concurrency: tried.concurrency, before: Millis(tried.before_ms), ..WhatIf::default() };
    let foreseen = foreseen(&app, &plan, what_if).await?;
    Ok(Json(Told { runbook: plan.body().runbook.to_string(), foreseen }))
}

/// What of a runbook as it is now was gone through, when, by whom and in which mode. Facts alone: no score is made of them.
#[utoipa::path(get, path = "/api/v1/runbooks/{id}/coverage", tag = "runbooks",
    params(("id" = String, Path, description = "The runbook's id.")),
    responses((status = 200, description = "The map.", body = CoverageMap)))]
pub(super) async fn coverage(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<CoverageMap>, Error> {
    let (plan, map) = covered(&app, &caller.person, &id).await?;
    Ok(Json(CoverageMap::of(&plan.body().runbook, &map)))
}
