//! Runs: the list, one, its events.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use engine::base::{Millis, RunId, RunbookId, Timestamp};
use engine::executor::View;
use engine::plan::UnitIx;
use engine::run::{Actor, Forecast, Live, Recovery as Measured, Summary, plan_recovery, service_recovery};
use engine::store::RunFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::document::{etag, tagged};
use super::model::{
    Both, CalledBy, Event, Events, MarkSet, Mode, Recovery, Run, RunLine, RunList, ServiceRecovery, Who, iso,
};
use super::paging::within;
use super::sent::Asked;
use super::units;
use crate::app::App;
use crate::error::Error;
use crate::extract::RunPath;
use crate::handlers::runs::page_of;

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only of this runbook.
    #[param(value_type = Option<String>)]
    runbook: Option<RunbookId>,
    /// Only in this mode.
    mode: Option<Mode>,
    /// Only those that are not over.
    #[serde(default)]
    open: bool,
    /// Only those declared before this run: the `next` of the page before.
    #[param(value_type = Option<String>, format = "uuid")]
    before: Option<RunId>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Runs, newest first.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", params(Which), responses(
    (status = 200, description = "A page of runs.", body = RunList),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<RunList>, Error> {
    let limit = within(which.limit)?;
    let filter = RunFilter {
        runbook: which.runbook,
        mode: which.mode.map(Into::into),
        open_only: which.open,
        before: which.before,
        after: None,
        limit,
    };
    let (runs, next) = page_of(&app, &caller.person, filter).await?;
    let runs = runs.iter().map(|entry| line(entry.run, entry.seq, &entry.summary)).collect();
    Ok(Json(RunList { runs, next }))
}

fn line(run: RunId, seq: u64, summary: &Summary) -> RunLine {
    RunLine {
        run,
        seq,
        runbook: summary.runbook.clone(),
        title: Both::of(&summary.title),
        organisation: summary.organisation.as_ref().map(ToString::to_string),
        mode: summary.mode.into(),
        status: summary.status,
        verdict: summary.verdict,
        requester: summary.requester.clone(),
        declared_at: iso(summary.declared_at),
        ended_at: summary.ended_at.map(iso),
        rta_ms: summary.rta.map(|time| time.0),
        rto_ms: summary.rto.map(|time| time.0),
        done: summary.done,
        units: summary.units,
    }
}

/// One run: where it and its units stand.
#[utoipa::path(get, path = "/api/v1/runs/{run}", tag = "runs",
    params(("run" = String, Path, format = "uuid", description = "The run.")),
    responses(
        (status = 200, description = "The run.", body = Run),
        (status = 304, description = "As the caller knows it: only said of a run that is over."),
    ))]
pub(super) async fn show(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let view = app.engine.watch(run).await?.borrow().clone();
    let now = app.clock.now();
    let answer = || Json(whole(&view, now)).into_response();
    // While it goes on, times pass without an event.
    Ok(if view.state.ended_at().is_some() && view.stale_since.is_none() {
        tagged(&headers, etag(&format!("{run}.{}", view.seq())), answer)
    } else {
        answer()
    })
}

fn whole(view: &View, now: Timestamp) -> Run {
    let (plan, state) = (&*view.plan, &*view.state);
    let header = state.header();
    let now = state.ended_at().unwrap_or(now);
    let forecast = Forecast::of(plan, state, now);
    let marks = state.marks().iter().flat_map(|(mark, settings)| settings.iter().map(move |set| (mark, set)));
    let mut marks: Vec<_> = marks.collect();
    marks.sort_by_key(|(_, set)| set.recorded_at);
    let services = plan.body().services.iter().map(|service| ServiceRecovery {
        service: service.id.to_string(),
        title: Both::of(&service.title),
        recovery: recovery(
            view,
            &service_recovery(plan, state, service),
            forecast.service_live(plan, state, service, Millis::ZERO),
            forecast.service(service),
        ),
    });
    Run {
        line: line(view.run, view.seq(), &state.summary(plan)),
        plan_digest: header.plan,
        declared_by: who(&header.requester),
        reason: header.reason.clone(),
        called_by: header.parent.as_ref().map(|parent| CalledBy { run: parent.run, unit: parent.unit.to_string() }),
        inputs: header.inputs.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
        as_of: iso(now),
        stale_since: view.stale_since.map(iso),
        marks: marks
            .into_iter()
            .map(|(mark, set)| MarkSet {
                mark,
                at: iso(set.value),
                recorded_at: iso(set.recorded_at),
                by: set.by.as_ref().map(|by| by.name.to_string()),
                reason: set.reason.clone(),
            })
            .collect(),
        recovery: recovery(
            view,
            &plan_recovery(plan, state),
            forecast.plan_live(plan, state, Millis::ZERO),
            forecast.plan(),
        ),
        services: services.collect(),
        unit_lines: plan.unit_ixs().map(|ix: UnitIx| units::line(view, ix, now)).collect(),
    }
}

pub(super) fn who(actor: &Actor) -> Who {
    Who { name: actor.name.to_string(), roles: actor.roles.iter().map(ToString::to_string).collect() }
}

fn recovery(view: &View, measured: &Measured, live: Option<Live>, expected: Timestamp) -> Recovery {
    let open = measured.end.is_none() && view.state.ended_at().is_none();
    Recovery {
        origin_at: measured.origin.map(iso),
        recovered_at: measured.end.map(iso),
        rta_ms: measured.rta.map(|time| time.0),
        rto_ms: measured.rto.map(|time| time.0),
        verdict: measured.verdict,
        live,
        forecast_at: open.then(|| iso(expected)),
    }
}

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Behind {
    /// Only those behind this place: the `next` of the answer before.
    #[serde(default)]
    #[param(default = 0)]
    after: u64,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Events of a run behind a place, in order. A program that follows a run asks again with `next`.
#[utoipa::path(get, path = "/api/v1/runs/{run}/events", tag = "runs",
    params(("run" = String, Path, format = "uuid", description = "The run."), Behind),
    responses((status = 200, description = "Events.", body = Events)))]
pub(super) async fn events(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
    Asked(behind): Asked<Behind>,
) -> Result<Json<Events>, Error> {
    let limit = within(behind.limit)?;
    let after = behind.after;
    // What no database can count to is no place.
    if after > i64::MAX.unsigned_abs() {
        return Err(Error::Unreadable(crate::error::Unreadable::Query, format!("after: {after}")));
    }
    let rows = app.engine.store().rows_after(run, after, limit).await?;
    let next = rows.last().map_or(after, |row| row.seq);
    let events = rows.into_iter().map(|row| {
        let event = serde_json::from_str(&row.event)
            .map_err(|why| Error::Corrupt(engine::base::Text::plain(format!("run {run}, row {}: {why}", row.seq))))?;
        Ok(Event { seq: row.seq, at: iso(row.at), event, hash: row.hash })
    });
    Ok(Json(Events { events: events.collect::<Result<_, Error>>()?, next }))
}
