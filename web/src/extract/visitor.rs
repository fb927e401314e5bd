//! Who looks, and in which language.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use engine::base::{Bilingual as _, OrgId, RoleName, Timestamp};
use engine::executor::Trouble;
use engine::identity::{self, ApiToken, Glass, Grant, Scope, Session, User};
use engine::plan::{Mode, Plan};
use engine::run::{ADMIN, AUDITOR, Act, Actor, Denial, Door, permit};
use engine::store;

use super::StandsIn;
use crate::accounts::{By, Came};
use crate::app::App;
use crate::error::Error;
use crate::i18n::Words;

/// What the session cookie says about who looks.
#[derive(Debug, Clone)]
pub enum Person {
    /// No session, or none that is still good.
    Nobody,
    /// A person whose password was right, and who has not shown the second factor yet.
    Half(SignedIn),
    /// A signed-in person.
    Known(SignedIn),
    /// The store that knows does not answer.
    CanNotSay(Arc<store::Error>),
}

/// Everybody who looks. Put into each request by the `visit` middleware.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The language to answer in.
    pub words: Words,
    /// Who it is.
    pub person: Person,
    /// The path and query asked for.
    pub here: String,
    /// Messages that the person has not read yet, up to a hundred.
    pub unread: usize,
    /// Gates that wait for the person.
    pub approvals: usize,
    /// Manual work that waits for the person.
    pub tasks: usize,
    /// What others are told on every page: who broke the glass without a review yet. For people who are signed in.
    pub glass: Vec<Glass>,
    /// What keeps this process from recording anything, if something does.
    pub trouble: Option<Trouble>,
}

/// A signed-in person. As an argument of a handler it sends everybody else to the sign-in form.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Arc<Session>,
    /// The account.
    pub user: Arc<User>,
    /// From where this request came.
    pub came: Came,
    /// Those whom the person stands in for.
    pub stands_in: StandsIn,
    /// Of a program: its token. Only addresses of the API take tokens.
    pub program: Option<Arc<ApiToken>>,
}

impl SignedIn {
    /// What a program's token is good for; `None` in a session.
    pub fn scope(&self) -> Option<Scope> {
        self.program.as_ref().map(|token| token.scope)
    }

    /// Where what the person does comes from, as the audit log names it: the address, and of a program its token.
    pub fn origin(&self) -> String {
        let peer = self.came.peer;
        self.program.as_ref().map_or_else(|| peer.to_string(), |token| format!("{peer} {}", token.told()))
    }

    /// As the engine knows people who act: with the roles held at a place (`None` is the top of the tree) and in a mode. Without
    /// a mode, for what has none: with the roles held there in any.
    pub fn actor_at(&self, org: Option<&OrgId>, mode: Option<Mode>) -> Actor {
        Actor { name: self.user.name.clone(), roles: identity::roles(&self.user, org, mode), via: Door::Console }
    }

    /// The same with every role that the person holds anywhere, in any mode: for what is one for all organisations.
    pub fn actor_anywhere(&self) -> Actor {
        let held = self.user.grants().map(|grant| grant.role.clone());
        let roles: BTreeSet<RoleName> = held.collect();
        Actor { name: self.user.name.clone(), roles: roles.into_iter().collect(), via: Door::Console }
    }

    /// The person about the own account, for the audit log.
    pub fn oneself(&self, via: Door) -> By {
        let oneself = By::oneself(&self.user, self.came.peer);
        By { origin: self.origin(), actor: Actor { via, ..oneself.actor }, ..oneself }
    }

    /// The person as one who manages other people, and whom: those below the own grants as an admin. A refusal stands in the
    /// audit log.
    pub async fn must_manage(&self, app: &App, words: Words, door: Door) -> Result<By, Error> {
        let org = self.user.grants().find(|grant| grant.role.as_str() == ADMIN).and_then(|grant| grant.org.as_ref());
        self.must_or_told(app, words, (Act::Administer, "people.manage"), org, door).await
    }

    /// The person as one who reads the audit log and reviews what stands in it. A refusal stands there too.
    pub async fn must_audit(&self, app: &App, words: Words, door: Door) -> Result<By, Error> {
        self.must_or_told(app, words, (Act::Audit, "audit.read"), None, door).await
    }

    /// The person as one who looks over who stands in for whom: as an auditor or an admin of any place. A refusal stands in the
    /// audit log.
    pub async fn must_oversee(&self, app: &App, words: Words, door: Door) -> Result<(), Error> {
        let overseeing = |grant: &&Grant| [ADMIN, AUDITOR].contains(&grant.role.as_str());
        let org = self.user.grants().find(overseeing).and_then(|grant| grant.org.as_ref());
        self.must_or_told(app, words, (Act::Audit, "delegations.read"), org, door).await.map(drop)
    }

    async fn must_or_told(
        &self,
        app: &App,
        words: Words,
        (act, named): (Act<'_>, &str),
        org: Option<&OrgId>,
        via: Door,
    ) -> Result<By, Error> {
        let actor = Actor { via, ..self.actor_at(org, None) };
        let by = By { actor, origin: self.origin(), user: Some(Arc::clone(&self.user)) };
        let Err(denial) = permit(&by.actor, act, false) else { return Ok(by) };
        app.sign_ins.turned_away(&by, named, denial.code).await.map_err(Error::of_refusal)?;
        Err(Error::Forbidden { why: words.text(&denial.text()).to_owned() })
    }

    /// Goes on only where password or code was shown within the last minutes; `next` is where the form for that leads back to.
    pub fn must_have_confirmed(&self, app: &App, next: &str) -> Result<Timestamp, Error> {
        app.sign_ins.confirmed(&self.session).ok_or_else(|| Error::ConfirmDue { next: next.to_owned() })
    }

    /// Whether the person may see what is at a place, for the own roles or for somebody stood in for.
    pub fn may_view(&self, org: Option<&OrgId>) -> bool {
        permit(&self.actor_at(org, None), Act::View, false).is_ok() || self.stands_in.shows(org)
    }

    /// The person as the requester of a run of a plan in a mode, where neither the plan nor any that it calls belongs to
    /// somebody else.
    pub fn requester(&self, plan: &Plan, mode: Mode) -> Result<Actor, Denial> {
        let declares = |org: Option<&OrgId>, mode| {
            let actor = self.actor_at(org, Some(mode));
            permit(&actor, Act::Declare(mode), false).map(|()| actor)
        };
        for (callee, mode) in plan.led_to(mode) {
            declares(plan.organisation_of(callee), mode)?;
        }
        declares(plan.body().organisation.as_ref(), mode)
    }

    /// Goes on only where an act is permitted at a place; in its mode, where the act has one.
    pub fn must(&self, act: Act<'_>, org: Option<&OrgId>, words: Words) -> Result<Actor, Error> {
        let mode = match act {
            Act::Declare(mode) | Act::Case(_, mode) | Act::Report(_, mode) => Some(mode),
            Act::View
            | Act::Second
            | Act::Ask(_)
            | Act::Tell(_)
            | Act::Review(_)
            | Act::Document(_)
            | Act::Audit
            | Act::Administer => None,
        };
        let actor = self.actor_at(org, mode);
        match permit(&actor, act, false) {
            Ok(()) => Ok(actor),
            Err(denial) => Err(Error::Forbidden { why: words.text(&denial.text()).to_owned() }),
        }
    }
}

impl Default for Visitor {
    fn default() -> Self {
        Self {
            words: Words::default(),
            person: Person::Nobody,
            here: crate::urls::home().to_owned(),
            unread: 0,
            approvals: 0,
            tasks: 0,
            glass: Vec::new(),
            trouble: None,
        }
    }
}

impl Visitor {
    /// The signed-in person, if it is one.
    pub const fn signed_in(&self) -> Option<&SignedIn> {
        match &self.person {
            Person::Known(person) => Some(person),
            Person::Half(_) | Person::Nobody | Person::CanNotSay(_) => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// What a person can do whose password must be changed: change it, read the page in another language, or leave.
fn is_open_before_change(path: &str) -> bool {
    [crate::urls::password(), crate::urls::language(), crate::urls::sign_out()].contains(&path)
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Ok(visitor) = <Visitor as FromRequestParts<S>>::from_request_parts(parts, state).await;
        match visitor.person {
            Person::Known(person) if person.user.password_due && !is_open_before_change(parts.uri.path()) => {
                let next = if parts.method == axum::http::Method::GET { &visitor.here } else { crate::urls::home() };
                Err(Error::PasswordDue { next: next.to_owned() })
            }
            Person::Known(person) => Ok(person),
            Person::Half(_) => Err(Error::SecondDue {
                next: if parts.method == axum::http::Method::GET {
                    visitor.here
                } else {
                    crate::urls::home().to_owned()
                },
            }),
            Person::CanNotSay(why) => Err(Error::Store(why)),
            // After signing in, a form that was posted is not posted again: its own page is shown.
            Person::Nobody if parts.method == axum::http::Method::GET => Err(Error::SignedOut { next: visitor.here }),
            Person::Nobody => Err(Error::SignedOut { next: crate::urls::home().to_owned() }),
        }
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for SignedIn {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Infallible> {
        let visitor = <Visitor as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(visitor.signed_in().cloned())
    }
}
