//! Teams, for programs of those who manage people: what the pages below `/teams` do.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{Bilingual as _, TeamId};
use engine::identity::{Team, TeamFault, may_grant};
use engine::run::Door;
use engine::store::Versioned;
use serde::Deserialize;

use super::caller::Managing;
use super::model::{TeamBody, TeamLine, Teams};
use super::once::{Answer, Key, once};
use super::paging::Paged;
use super::sent::{Asked, Sent};
use crate::accounts::{By, NotKept};
use crate::app::App;
use crate::error::Error;
use crate::extract::Visitor;
use crate::handlers::teams::managed;
use crate::i18n::Words;

/// The team of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    team: String,
}

impl Named {
    fn id(&self) -> Result<TeamId, Error> {
        self.team.parse().map_err(|_| Error::NotFound)
    }
}

async fn manager(app: &App, w: Words, Managing(caller): &Managing) -> Result<By, Error> {
    caller.person.must_manage(app, w, Door::Api).await
}

/// A team of a place that the caller manages; for everybody else there is none of that id.
async fn one(app: &App, Managing(caller): &Managing, id: &TeamId) -> Result<TeamLine, Error> {
    let found = app.sign_ins.team(id).await?;
    let found =
        found.filter(|found| may_grant(&caller.person.user, found.value.org.as_ref())).ok_or(Error::NotFound)?;
    Ok(TeamLine::of(&found.value, found.version))
}

fn not_kept(w: Words, why: NotKept) -> Error {
    match why {
        NotKept::Refused(why) => Error::of_refusal(why),
        NotKept::Fault(TeamFault::Own) => Error::OwnAccount,
        NotKept::Fault(fault @ TeamFault::Place) => Error::Forbidden { why: w.text(&fault.text()).to_owned() },
        NotKept::Fault(fault) => {
            Error::Refused { code: fault.code().to_owned(), message: w.text(&fault.text()).to_owned() }
        }
    }
}

/// The teams of the places that the caller manages, by id.
#[utoipa::path(get, path = "/api/v1/teams", tag = "people", params(Paged), responses(
    (status = 200, description = "A page of teams.", body = Teams),
))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Asked(page): Asked<Paged>,
) -> Result<Json<Teams>, Error> {
    manager(&app, visitor.words, &caller).await?;
    let teams: Vec<Versioned<Team>> = managed(&app, &caller.0.person.user).await?;
    let (page, next) = page.of(teams, |found| found.value.id.to_string())?;
    Ok(Json(Teams { teams: page.iter().map(|found| TeamLine::of(&found.value, found.version)).collect(), next }))
}

/// One team.
#[utoipa::path(get, path = "/api/v1/teams/{team}", tag = "people",
    params(("team" = String, Path, description = "The team.")),
    responses((status = 200, description = "The team.", body = TeamLine)))]
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Path(named): Path<Named>,
) -> Result<Json<TeamLine>, Error> {
    manager(&app, visitor.words, &caller).await?;
    Ok(Json(one(&app, &caller, &named.id()?).await?))
}

/// Keeps a team, new or changed: who joins it holds its roles with the same commit, and who leaves it loses them. Who changes one
/// names the version that was looked at. Everybody whose roles that changes is somebody whom the caller manages, and not the caller.
#[utoipa::path(put, path = "/api/v1/teams/{team}", tag = "people", request_body = TeamBody,
    params(("team" = String, Path, description = "The team: letters, digits, `-`, `_` and `.`."), Key),
    responses((status = 200, description = "The team as it is kept now.", body = TeamLine)))]
pub(super) async fn put(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Path(named): Path<Named>,
    key: Key,
    sent: Sent<TeamBody>,
) -> Result<Response, Error> {
    let by = manager(&app, visitor.words, &caller).await?;
    let id = named.id()?;
    once(&app, &caller.0, key, sent.digest, async |_| {
        let version = sent.value.version;
        let team = sent.value.read(id)?;
        app.sign_ins.keep_team(&by, &team, version).await.map_err(|why| not_kept(visitor.words, why))?;
        Answer::new(StatusCode::OK, None, &one(&app, &caller, &team.id).await?)
    })
    .await
}

/// Removes a team, and what its members held through it.
#[utoipa::path(delete, path = "/api/v1/teams/{team}", tag = "people",
    params(("team" = String, Path, description = "The team.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Path(named): Path<Named>,
) -> Result<StatusCode, Error> {
    let by = manager(&app, visitor.words, &caller).await?;
    app.sign_ins.remove_team(&by, &named.id()?).await.map_err(|why| not_kept(visitor.words, why))?;
    Ok(StatusCode::NO_CONTENT)
}
