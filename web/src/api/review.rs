//! What many runs show together: two of them beside each other, trends, the drill calendar.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use engine::base::{Day, RunId, RunbookId};
use engine::review::{Comparison, Trend, adoptions, baseline, ended_runs, held, planned, standings, trend};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{Calendar, DutyLine, PlannedLine};
use super::sent::Asked;
use crate::app::App;
use crate::error::Error;
use crate::extract::Visitor;
use crate::handlers::compare::compared;

/// Runs that a trend looks back over.
const BACK: u32 = 200;

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

/// How a runbook does from run to run, against its baseline: times, people, compliance with its coverage.
#[utoipa::path(get, path = "/api/v1/trends/{runbook}", tag = "review",
    params(("runbook" = String, Path, description = "The runbook.")),
    responses((status = 200, description = "Its runs that did real work, the oldest first.", body = Object)))]
pub(super) async fn show_trend(
    State(app): State<App>,
    caller: Caller,
    Path(runbook): Path<String>,
) -> Result<Json<Trend>, Error> {
    let runbook: RunbookId = runbook.parse().map_err(|_| Error::NotFound)?;
    let store = &**app.engine.store();
    let mut runs = ended_runs(store, Some(&runbook), None, BACK).await?;
    runs.retain(|facts| caller.person.may_view(facts.organisation.as_ref()));
    trend(baseline(store, &runbook).await?, &runs).map(Json).ok_or(Error::NotFound)
}

/// Drills that are owed, and drills that are planned from today on.
#[utoipa::path(get, path = "/api/v1/calendar", tag = "review", responses(
    (status = 200, description = "The calendar, as far as the caller may see it.", body = Calendar),
))]
pub(super) async fn calendar(State(app): State<App>, caller: Caller) -> Result<Json<Calendar>, Error> {
    let store = &**app.engine.store();
    let today = Day::in_seoul(app.clock.now());
    let mut adopted = adoptions(store).await?;
    adopted.retain(|one| caller.person.may_view(one.organisation.as_ref()));
    let runs = ended_runs(store, None, None, 0).await?;
    let standing = standings(&adopted, &runs, &held(store).await?, today);
    let mut drills = planned(store, today).await?;
    drills.retain(|drill| caller.person.may_view(drill.organisation.as_ref()));
    Ok(Json(Calendar {
        duties: standing.iter().map(DutyLine::of).collect(),
        planned: drills.iter().map(PlannedLine::of).collect(),
    }))
}
