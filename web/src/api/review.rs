//! What many runs show together: two of them beside each other, trends, the drill calendar.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{Day, RunId, RunbookId};
use engine::review::{Comparison, Trend, adoptions, baseline, ended_runs, held, planned, standings, trend};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{
    AdoptionLine, BaselineNamed, Calendar, CalendarAct, DutyLine, NameBaseline, NoteKept, PlannedLine, UnitNote,
};
use super::once::{Answer, Key, once};
use super::sent::{Asked, Sent};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::calendar::acted;
use crate::handlers::compare::{compared, noted};
use crate::handlers::trends::named;

/// Runs that a trend looks back over.
const BACK: u32 = 200;

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
    Ok(Json(standing(&app, &caller).await?))
}

async fn standing(app: &App, caller: &Caller) -> Result<Calendar, Error> {
    let store = &**app.engine.store();
    let today = Day::in_seoul(app.clock.now());
    let mut adopted = adoptions(store).await?;
    adopted.retain(|one| caller.person.may_view(one.organisation.as_ref()));
    let runs = ended_runs(store, None, None, 0).await?;
    let standing = standings(&adopted, &runs, &held(store).await?, today);
    let mut drills = planned(store, today).await?;
    drills.retain(|drill| caller.person.may_view(drill.organisation.as_ref()));
    Ok(Calendar {
        adoptions: adopted.iter().map(AdoptionLine::of).collect(),
        duties: standing.iter().map(DutyLine::of).collect(),
        planned: drills.iter().map(PlannedLine::of).collect(),
    })
}

/// Does something with the calendar: adopts a profile or gives it up, writes a duty down as held, plans a drill or cancels it.
#[utoipa::path(post, path = "/api/v1/calendar/acts", tag = "review", request_body = CalendarAct,
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Sent again with the same body it has no \
        second effect, and gets the first answer for 24 hours.")),
    responses((status = 200, description = "It is done, and the calendar is this.", body = Calendar)))]
pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<CalendarAct>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |makes| {
        acted(&app, visitor.words, &caller, &sent.value.fields(makes)).await?;
        Answer::new(StatusCode::OK, None, &standing(&app, &caller).await?)
    })
    .await
}

/// Names what a runbook is measured against: one of its runs, or what it took before there was Relight.
#[utoipa::path(post, path = "/api/v1/trends/{runbook}/baseline", tag = "review", request_body = NameBaseline,
    params(
        ("runbook" = String, Path, description = "The runbook."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Sent again with the same body it has no \
            second effect, and gets the first answer for 24 hours."),
    ),
    responses((status = 200, description = "It is named.", body = BaselineNamed)))]
pub(super) async fn name_baseline(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(runbook): Path<String>,
    key: Key,
    sent: Sent<NameBaseline>,
) -> Result<Response, Error> {
    let runbook: RunbookId = runbook.parse().map_err(|_| Error::NotFound)?;
    once(&app, &caller, key, sent.digest, async |_| {
        named(&app, visitor.words, &caller, &runbook, sent.value.base()).await?;
        Answer::new(StatusCode::OK, None, &BaselineNamed { runbook: runbook.to_string() })
    })
    .await
}

/// Writes down why a unit took more or less time than before; an empty note takes it away.
#[utoipa::path(post, path = "/api/v1/compare/notes", tag = "review", request_body = UnitNote,
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Sent again with the same body it has no \
        second effect, and gets the first answer for 24 hours.")),
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
