//! People and their roles, for programs of those who manage them: what the pages below `/people` do.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use engine::base::{Lang, UserName};
use engine::identity::{Grant, User, may_manage};
use engine::run::Door;
use serde::Deserialize;

use super::PREFIX;
use super::caller::Managing;
use super::model::{NewPerson, People, Person, PersonAct, PersonAdded};
use super::sent::Sent;
use crate::accounts::{By, NewUser, new_user, printed};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::i18n::Words;

/// Groups of four letters of a password that is told once: 120 bits.
const GROUPS: usize = 6;

/// The person of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    name: String,
}

async fn manager(app: &App, w: Words, Managing(caller): &Managing) -> Result<By, Error> {
    caller.person.must_manage(app, w, Door::Api).await
}

/// Somebody whom the caller manages; for everybody else there is nobody of that name.
async fn managed(app: &App, Managing(caller): &Managing, named: &Named) -> Result<User, Error> {
    let name: UserName = named.name.parse().map_err(|_| Error::NotFound)?;
    app.sign_ins.person(&name).await?.filter(|user| may_manage(&caller.person.user, user)).ok_or(Error::NotFound)
}

/// Everybody whom the caller manages, by name.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", responses(
    (status = 200, description = "The accounts.", body = People),
))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor, caller: Managing) -> Result<Json<People>, Error> {
    manager(&app, visitor.words, &caller).await?;
    let people = app.sign_ins.people().await?;
    let managed = people.iter().filter(|user| may_manage(&caller.0.person.user, user));
    Ok(Json(People { people: managed.map(Person::of).collect() }))
}

/// One account.
#[utoipa::path(get, path = "/api/v1/people/{name}", tag = "people",
    params(("name" = String, Path, description = "The name to sign in with.")),
    responses((status = 200, description = "The account.", body = Person)))]
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Path(named): Path<Named>,
) -> Result<Json<Person>, Error> {
    manager(&app, visitor.words, &caller).await?;
    Ok(Json(Person::of(&managed(&app, &caller, &named).await?)))
}

/// Adds an account that may do nothing yet. Its password is told this once and is good for choosing another one.
#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = NewPerson, responses(
    (status = 201, description = "It is there.", body = PersonAdded),
))]
pub(super) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    sent: Sent<NewPerson>,
) -> Result<Response, Error> {
    let by = manager(&app, visitor.words, &caller).await?;
    let unfit = |what: &str| Error::Unreadable(Unreadable::Shape, what.to_owned());
    let name: UserName = sent.value.name.parse().map_err(|_| unfit("name"))?;
    let lang = match sent.value.lang.as_deref() {
        None => Lang::default(),
        Some(tag) => Lang::ALL.into_iter().find(|lang| lang.tag() == tag).ok_or_else(|| unfit("lang: ko, en"))?,
    };
    let password = printed(GROUPS).map_err(|why| Error::Internal(why.to_string()))?;
    let new = NewUser { name: name.clone(), password: password.clone(), password_due: true, grants: Vec::new(), lang };
    if !new_user(&app.sign_ins, &by, new).await.map_err(Error::of_refusal)? {
        let message = visitor.words.with("people-taken", "name", name.as_str());
        return Err(Error::Refused { code: "name_taken".to_owned(), message });
    }
    let url = format!("{PREFIX}/people/{name}");
    let body = PersonAdded { name: name.to_string(), password: password.expose().to_owned() };
    Ok((StatusCode::CREATED, [(axum::http::header::LOCATION, url)], Json(body)).into_response())
}

/// Gives or takes a role, locks an account or lets it in again, or gives it another password.
#[utoipa::path(post, path = "/api/v1/people/{name}/acts", tag = "people", request_body = PersonAct,
    params(("name" = String, Path, description = "The name to sign in with.")),
    responses((status = 200, description = "How the account is now.", body = Person)))]
pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Path(named): Path<Named>,
    sent: Sent<PersonAct>,
) -> Result<Json<Person>, Error> {
    let by = manager(&app, visitor.words, &caller).await?;
    let user = managed(&app, &caller, &named).await?;
    let (sign_ins, name) = (&app.sign_ins, &user.name);
    let mut password = None;
    let done = match sent.value {
        PersonAct::Grant { role, organisation, modes } => {
            sign_ins.grant(&by, name, &grant(&role, organisation.as_deref(), &modes)?).await.map(drop)
        }
        PersonAct::Ungrant { role, organisation, modes } => {
            sign_ins.ungrant(&by, name, &grant(&role, organisation.as_deref(), &modes)?).await.map(drop)
        }
        PersonAct::Disable {} => sign_ins.disable(&by, name, true).await.map(drop),
        PersonAct::Enable {} => sign_ins.disable(&by, name, false).await.map(drop),
        PersonAct::Unlock {} => sign_ins.unlock(&by, name).await,
        PersonAct::Reset {} => sign_ins.reset(&by, name).await.map(|fresh| password = Some(fresh)),
    };
    done.map_err(Error::of_refusal)?;
    let now = Person::of(&sign_ins.person(name).await?.ok_or(Error::NotFound)?);
    Ok(Json(Person { password: password.map(|fresh| fresh.expose().to_owned()), ..now }))
}

/// A grant as it was sent. Without any mode it would be worth nothing.
fn grant(role: &str, organisation: Option<&str>, modes: &[super::model::Mode]) -> Result<Grant, Error> {
    let unfit = |what: &str| Error::Unreadable(Unreadable::Shape, what.to_owned());
    if modes.is_empty() {
        return Err(unfit("modes"));
    }
    Ok(Grant {
        role: role.parse().map_err(|_| unfit("role"))?,
        org: organisation.map(|org| org.parse().map_err(|_| unfit("organisation"))).transpose()?,
        modes: modes.iter().map(|mode| (*mode).into()).collect(),
    })
}
