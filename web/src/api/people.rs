//! People and their roles, for programs of those who manage them: what the pages below `/people` do.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{Lang, OrgId, UserName};
use engine::identity::{Grant, User, may_manage};
use engine::run::Door;
use engine::store::Kept as _;
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::Managing;
use super::model::{
    DelegationLine, Deputies, NewPerson, Organisation, Organisations, People, Person, PersonAct, PersonAdded,
};
use super::once::{Answer, Key, once};
use super::paging::Paged;
use super::sent::{Asked, Sent};
use super::{Caller, PREFIX};
use crate::accounts::{By, NewUser, new_user, printed};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::delegations::overseen;
use crate::handlers::people::tree;
use crate::i18n::Words;

/// Groups of four letters of a password that is told once: 120 bits.
const GROUPS: usize = 6;

/// Which delegations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Those that are over or were taken back, instead of those that are in force or to come.
    #[serde(default)]
    over: bool,
    /// Only those behind this one: the `next` of the page before.
    #[param(max_length = 1000)]
    after: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

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
#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(Paged), responses(
    (status = 200, description = "A page of accounts.", body = People),
))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Asked(page): Asked<Paged>,
) -> Result<Json<People>, Error> {
    manager(&app, visitor.words, &caller).await?;
    let mut people = app.sign_ins.people().await?;
    people.retain(|user| may_manage(&caller.0.person.user, user));
    let (page, next) = page.of(&people, |user| user.name.to_string())?;
    Ok(Json(People { people: page.into_iter().map(Person::of).collect(), next }))
}

/// The tree of organisations as runbooks and grants name it, as far as the caller manages it: what belongs to each, and who holds
/// what there.
#[utoipa::path(get, path = "/api/v1/organisations", tag = "people", params(Paged), responses(
    (status = 200, description = "A page of organisations, each behind the one above it.", body = Organisations),
))]
pub(super) async fn organisations(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Asked(page): Asked<Paged>,
) -> Result<Json<Organisations>, Error> {
    manager(&app, visitor.words, &caller).await?;
    let tree = tree(&app, &caller.0.person.user).await?;
    // The top has no name; this word comes before every name.
    let key = |org: &Option<OrgId>| org.as_ref().map_or_else(|| "/".to_owned(), OrgId::to_string);
    let (page, next) = page.of(&tree, |(org, _)| key(org))?;
    let organisations = page.into_iter().map(|(org, branch)| Organisation::of(org.as_ref(), branch)).collect();
    Ok(Json(Organisations { organisations, next }))
}

/// Who stands in for whom, for auditors and admins of who is stood in for: what is in force or to come, or what is over.
#[utoipa::path(get, path = "/api/v1/deputies", tag = "people", params(Which), responses(
    (status = 200, description = "A page of delegations, by who gave them.", body = Deputies),
))]
pub(super) async fn deputies(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<Deputies>, Error> {
    let now = app.clock.now();
    let mut found = overseen(&app, visitor.words, &caller).await?;
    found.retain(|mandate| mandate.lasts(now) != which.over);
    let (page, next) = Paged::new(which.after, which.limit).of(&found, |one| one.id())?;
    Ok(Json(Deputies { delegations: page.into_iter().map(|one| DelegationLine::of(one, now)).collect(), next }))
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
    Ok(Json(one(&app, &managed(&app, &caller, &named).await?).await?))
}

/// Adds an account that may do nothing yet. Its password is told this once and is good for choosing another one.
#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = NewPerson, params(Key), responses(
    (status = 201, description = "It is there.", body = PersonAdded),
))]
pub(super) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    key: Key,
    sent: Sent<NewPerson>,
) -> Result<Response, Error> {
    let by = manager(&app, visitor.words, &caller).await?;
    let unfit = |what: &str| Error::Unreadable(Unreadable::Shape, what.to_owned());
    let name: UserName = sent.value.name.parse().map_err(|_| unfit("name"))?;
    let lang = sent.value.lang.map_or_else(Lang::default, Lang::from);
    once(&app, &caller.0, key, sent.digest, async |_| {
        let password = printed(GROUPS).map_err(|why| Error::Internal(why.to_string()))?;
        let (grants, password_due) = (Vec::new(), true);
        let new = NewUser { name: name.clone(), password: password.clone(), password_due, grants, lang };
        if !new_user(&app.sign_ins, &by, new).await.map_err(Error::of_refusal)? {
            let message = visitor.words.with("people-taken", "name", name.as_str());
            return Err(Error::Refused { code: "name_taken".to_owned(), message });
        }
        let url = format!("{PREFIX}/people/{name}");
        let added = |password| PersonAdded { name: name.to_string(), password };
        let kept = Answer::new(StatusCode::CREATED, Some(url), &added(None))?;
        kept.telling_once(&added(Some(password.expose().to_owned())))
    })
    .await
}

/// Gives or takes a role, locks an account or lets it in again, or gives it another password.
#[utoipa::path(post, path = "/api/v1/people/{name}/acts", tag = "people", request_body = PersonAct,
    params(("name" = String, Path, description = "The name to sign in with."), Key),
    responses((status = 200, description = "How the account is now.", body = Person)))]
pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    caller: Managing,
    Path(named): Path<Named>,
    key: Key,
    sent: Sent<PersonAct>,
) -> Result<Response, Error> {
    let by = manager(&app, visitor.words, &caller).await?;
    let user = managed(&app, &caller, &named).await?;
    let (sign_ins, name) = (&app.sign_ins, &user.name);
    once(&app, &caller.0, key, sent.digest, async |_| {
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
        let now = || async { one(&app, &sign_ins.person(name).await?.ok_or(Error::NotFound)?).await };
        let kept = Answer::new(StatusCode::OK, None, &now().await?)?;
        match password {
            None => Ok(kept),
            Some(fresh) => kept.telling_once(&Person { password: Some(fresh.expose().to_owned()), ..now().await? }),
        }
    })
    .await
}

/// An account with what only its own page tells.
async fn one(app: &App, user: &User) -> Result<Person, Error> {
    Ok(Person { second_factor: Some(app.sign_ins.has_second(user).await?), ..Person::of(user) })
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
