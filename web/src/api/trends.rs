//! How runbooks do from run to run.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{Day, OrgId, RunbookId};
use engine::review::{Trend, baseline, ended_runs, mttr, trend};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{BaselineNamed, MeanTime, NameBaseline, TrendLine, Trends};
use super::once::{Answer, Key, once};
use super::paging::Paged;
use super::sent::{Asked, Sent};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::trends::{named, period, seen, trends};

/// Runs that a trend looks back over.
const BACK: u32 = 200;

/// Which runbooks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only of this organisation and of those below it.
    #[param(value_type = Option<String>, max_length = 200)]
    organisation: Option<OrgId>,
    /// Only those behind this one: the `next` of the page before.
    #[param(max_length = 1000)]
    after: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Which incidents.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct When {
    /// Only of this organisation and of those below it.
    #[param(value_type = Option<String>, max_length = 200)]
    organisation: Option<OrgId>,
    /// The first day, of Seoul; a year before the last one where absent.
    #[param(format = Date)]
    from: Option<String>,
    /// The last day; today where absent.
    #[param(format = Date)]
    until: Option<String>,
}

/// All runbooks that were ever run, each with its last run and its compliance with coverage.
#[utoipa::path(get, path = "/api/v1/trends", tag = "review", params(Which), responses(
    (status = 200, description = "A page of trends.", body = Trends),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<Trends>, Error> {
    let runs = seen(&app, &caller.person, which.organisation.as_ref()).await?;
    let found = trends(&app, &runs).await?;
    let (page, next) = Paged::new(which.after, which.limit).of(&found, |(_, trend)| trend.runbook.to_string())?;
    let trends = page.into_iter().map(|(org, trend)| TrendLine::of(org.as_ref(), trend)).collect();
    Ok(Json(Trends { trends, next }))
}

/// The mean time to recovery over the real incidents of a period, with each of them.
#[utoipa::path(get, path = "/api/v1/mttr", tag = "review", params(When), responses(
    (status = 200, description = "The mean, and what it is of.", body = MeanTime),
))]
pub(super) async fn mean_time(
    State(app): State<App>,
    caller: Caller,
    Asked(when): Asked<When>,
) -> Result<Json<MeanTime>, Error> {
    let day = |name: &str, text: Option<String>| {
        let wrong = || Error::Unreadable(Unreadable::Query, name.to_owned());
        text.map(|text| text.parse::<Day>().map_err(|_| wrong())).transpose()
    };
    let (from, until) = period(&app, day("from", when.from)?, day("until", when.until)?);
    let runs = seen(&app, &caller.person, when.organisation.as_ref()).await?;
    let found = mttr(&runs, from.begins_at(), until.next().begins_at());
    Ok(Json(MeanTime::of(&found, from.to_string(), until.to_string())))
}

/// How a runbook does from run to run, against its baseline: times, people, compliance with its coverage.
#[utoipa::path(get, path = "/api/v1/trends/{runbook}", tag = "review",
    params(("runbook" = String, Path, description = "The runbook.")),
    responses((status = 200, description = "Its runs that did real work, the oldest first.", body = Object)))]
pub(super) async fn show(
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

/// Names what a runbook is measured against: one of its runs, or what it took before there was Relight.
#[utoipa::path(post, path = "/api/v1/trends/{runbook}/baseline", tag = "review", request_body = NameBaseline,
    params(
        ("runbook" = String, Path, description = "The runbook."),
        Key,
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
