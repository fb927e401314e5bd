//! Cases: the list, one with its log, opening one, and what is asked of it.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{CaseId, RequestId};
use engine::cases::{open_cards, over_cards, unowned};
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{Case, CaseAct, CaseLine, CaseList, CaseOpened, CaseStands, OpenCase};
use super::once::{Answer, Key, once};
use super::sent::{Asked, Sent};
use super::{Caller, PREFIX};
use crate::app::App;
use crate::error::Error;
use crate::extract::Visitor;
use crate::handlers::cases::{self, CasePath};

/// Cases that are over in one answer.
const PAGE: u32 = 100;

/// Which cases.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Those that are over, instead of the open ones.
    #[serde(default)]
    over: bool,
    /// Only those opened before this one: the `next` of the page before.
    #[param(value_type = Option<String>, format = "uuid")]
    before: Option<CaseId>,
}

/// Cases, newest first: the open ones, or those that are over.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", params(Which), responses(
    (status = 200, description = "A page of cases.", body = CaseList),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<CaseList>, Error> {
    let store = &**app.engine.store();
    let cards = if which.over { over_cards(store, which.before, PAGE).await? } else { open_cards(store).await? };
    let whole = which.over && cards.len() == PAGE as usize;
    let next = whole.then(|| cards.last().map(|card| card.case)).flatten();
    let seen = cards.iter().filter(|card| caller.person.may_view(card.organisation.as_ref()));
    Ok(Json(CaseList { cases: seen.map(CaseLine::of).collect(), next }))
}

/// One case with its whole log.
#[utoipa::path(get, path = "/api/v1/cases/{case}", tag = "cases",
    params(("case" = String, Path, format = "uuid", description = "The case.")),
    responses((status = 200, description = "The case.", body = Case)))]
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    CasePath(case): CasePath,
) -> Result<Json<Case>, Error> {
    let loaded = cases::seen(&app, &caller.person, visitor.words, case).await?;
    let now = app.clock.now();
    let beside = unowned(&**app.engine.store(), case).await?;
    Ok(Json(Case::of(&loaded, beside, now)))
}

/// Opens a case. The same `Idempotency-Key` sent again is the same case.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", request_body = OpenCase,
    params(Key),
    responses((status = 201, description = "It is open.", body = CaseOpened)))]
pub(super) async fn open(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<OpenCase>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |makes| {
        let fields = sent.value.fields(CaseId(makes));
        let case = cases::open(&app, visitor.words, &caller, &fields).await?;
        let url = format!("{PREFIX}/cases/{case}");
        Answer::new(StatusCode::CREATED, Some(url.clone()), &CaseOpened { case, url })
    })
    .await
}

/// Asks something of a case.
#[utoipa::path(post, path = "/api/v1/cases/{case}/acts", tag = "cases", request_body = CaseAct,
    params(
        ("case" = String, Path, format = "uuid", description = "The case."),
        Key,
    ),
    responses((status = 200, description = "It is in the log.", body = CaseStands)))]
pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    CasePath(case): CasePath,
    key: Key,
    sent: Sent<CaseAct>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |makes| {
        let fields = sent.value.fields();
        let state = cases::ask(&app, visitor.words, &caller, case, RequestId(makes), &fields).await?;
        Answer::new(StatusCode::OK, None, &CaseStands { case, seq: state.seq(), phase: state.phase() })
    })
    .await
}
