//! Findings: the list, one of them, raising one, and what is asked of one. There is no way to close one.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{Day, FindingId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{FindingAct, FindingLine, FindingList, NewFinding};
use super::once::{Answer, Key, once};
use super::sent::{Asked, Sent};
use super::{Caller, PREFIX};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::{RunPath, Visitor};
use crate::handlers::findings::{self, FindingPath};

/// Longest text of a filter, in characters.
const LONGEST: usize = 64;

/// Which findings.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only of this runbook.
    #[serde(default)]
    #[param(max_length = 64)]
    runbook: String,
    /// Only those that this person answers for; `-`: those without an owner.
    #[serde(default)]
    #[param(max_length = 64)]
    owner: String,
    /// Only those that stand so: `open`, `in_progress`, `awaiting_retest`, `waived`, `reopened`, or `closed`, which come a
    /// page at a time. All that are not closed where absent.
    #[serde(default)]
    #[param(max_length = 64)]
    status: String,
    /// Only those that should have been put right by now.
    #[serde(default)]
    overdue: bool,
    /// Only closed ones before this one: the `next` of the page before.
    #[serde(default)]
    #[param(max_length = 64)]
    before: String,
}

/// Findings that are not closed; or closed ones, newest first.
#[utoipa::path(get, path = "/api/v1/findings", tag = "findings", params(Which), responses(
    (status = 200, description = "A page of findings.", body = FindingList),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<FindingList>, Error> {
    let overdue = if which.overdue { "yes" } else { "" }.to_owned();
    let Which { runbook, owner, status, before, .. } = which;
    for (name, text) in [("runbook", &runbook), ("owner", &owner), ("status", &status), ("before", &before)] {
        if text.chars().count() > LONGEST || text.contains('\0') {
            return Err(Error::Unreadable(Unreadable::Query, format!("{name}: at most {LONGEST}")));
        }
    }
    let asked = findings::Asked { runbook, owner, status, overdue, before };
    let today = Day::in_seoul(app.clock.now());
    let (found, next) = findings::found(&app, &caller.person, &asked).await?;
    let findings = found.iter().filter(|one| asked.admits(one, today)).map(FindingLine::of).collect();
    Ok(Json(FindingList { findings, next }))
}

/// One finding.
#[utoipa::path(get, path = "/api/v1/findings/{finding}", tag = "findings",
    params(("finding" = String, Path, format = "uuid", description = "The finding.")),
    responses((status = 200, description = "The finding.", body = FindingLine)))]
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    FindingPath(id): FindingPath,
) -> Result<Json<FindingLine>, Error> {
    let found = findings::seen(&app, &caller.person, visitor.words, id).await?;
    Ok(Json(FindingLine::of(&found)))
}

/// Writes a finding of a run down, as at the hotwash. The same `Idempotency-Key` sent again is the same finding.
#[utoipa::path(post, path = "/api/v1/runs/{run}/findings", tag = "findings", request_body = NewFinding,
    params(
        ("run" = String, Path, format = "uuid", description = "The run, which must be over."),
        Key,
    ),
    responses((status = 201, description = "It is written down.", body = FindingLine)))]
pub(super) async fn raise(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RunPath(run): RunPath,
    key: Key,
    sent: Sent<NewFinding>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |makes| {
        let fields = sent.value.fields();
        let new = findings::raised(&app, visitor.words, &caller, run, FindingId(makes), &fields).await?;
        let url = format!("{PREFIX}/findings/{}", new.id);
        Answer::new(StatusCode::CREATED, Some(url), &FindingLine::of(&new))
    })
    .await
}

/// Asks something of a finding. Nothing that can be asked closes it: that is done by a later run that passes.
#[utoipa::path(post, path = "/api/v1/findings/{finding}/acts", tag = "findings", request_body = FindingAct,
    params(
        ("finding" = String, Path, format = "uuid", description = "The finding."),
        Key,
    ),
    responses((status = 200, description = "It is done.", body = FindingLine)))]
pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    FindingPath(id): FindingPath,
    key: Key,
    sent: Sent<FindingAct>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |_| {
        let fields = sent.value.fields();
        let found = findings::ask(&app, visitor.words, &caller, id, &fields).await?;
        Answer::new(StatusCode::OK, None, &FindingLine::of(&found))
    })
    .await
}
