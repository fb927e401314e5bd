//! That somebody else votes in the caller's place for a time: given, listed, taken back.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::Bilingual as _;
use engine::run::Door;
use serde::Deserialize;
use uuid::Uuid;

use super::Caller;
use super::model::{DelegationLine, Delegations, NewDelegation};
use super::once::{Answer, Key, once};
use super::sent::Sent;
use crate::accounts::NotGiven;
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::delegations::written;
use crate::urls;

/// Roles of one delegation, at most.
const ROLES: usize = 32;
/// Runbooks of one delegation, at most.
const RUNBOOKS: usize = 100;

/// What the caller gave, and what others gave to the caller.
#[utoipa::path(get, path = "/api/v1/delegations", tag = "people", responses(
    (status = 200, description = "The delegations.", body = Delegations),
))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Delegations>, Error> {
    let now = app.clock.now();
    let mut given = app.sign_ins.mandates_by(&caller.person.user).await?;
    given.sort_by_key(|mandate| (!mandate.lasts(now), std::cmp::Reverse(mandate.since)));
    Ok(Json(Delegations {
        given: given.iter().map(|mandate| DelegationLine::of(mandate, now)).collect(),
        received: caller.person.stands_in.lasting().map(|mandate| DelegationLine::of(mandate, now)).collect(),
    }))
}

/// Lets somebody else vote in the caller's place. Needs a session that has shown within the last five minutes who that is; no
/// token can.
#[utoipa::path(post, path = "/api/v1/delegations", tag = "people", request_body = NewDelegation,
    params(Key),
    responses((status = 201, description = "It is given.", body = DelegationLine)))]
pub(super) async fn give(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<NewDelegation>,
) -> Result<Response, Error> {
    caller.person.must_have_confirmed(&app, urls::delegations())?;
    if sent.value.roles.len() > ROLES || sent.value.runbooks.len() > RUNBOOKS {
        return Err(Error::Unreadable(Unreadable::Shape, "roles, runbooks".to_owned()));
    }
    once(&app, &caller, key, sent.digest, async |makes| {
        let now = app.clock.now();
        let mandate = written(&sent.value.fields(makes), &caller.person.user.name, now)?;
        app.sign_ins.give(mandate.clone(), &caller.person.oneself(Door::Api)).await.map_err(|why| match why {
            NotGiven::Fault(fault) => {
                let message = visitor.words.text(&fault.text()).to_owned();
                Error::Refused { code: fault.code().to_owned(), message }
            }
            NotGiven::Refused(why) => Error::of_refusal(why),
        })?;
        Answer::new(StatusCode::CREATED, None, &DelegationLine::of(&mandate, now))
    })
    .await
}

/// The delegation of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    delegation: String,
}

/// Takes a delegation of the caller back. Votes that were cast under it stay.
#[utoipa::path(delete, path = "/api/v1/delegations/{delegation}", tag = "people",
    params(("delegation" = String, Path, format = "uuid", description = "The delegation.")),
    responses((status = 204, description = "It is in force no more.")))]
pub(super) async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path(named): Path<Named>,
) -> Result<StatusCode, Error> {
    let id: Uuid = named.delegation.parse().map_err(|_| Error::NotFound)?;
    let by = caller.person.oneself(Door::Api);
    app.sign_ins.take_back(&caller.person.user, id, &by).await.map_err(Error::of_refusal)?;
    Ok(StatusCode::NO_CONTENT)
}
