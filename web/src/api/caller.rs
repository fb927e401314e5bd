//! Who calls.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use engine::identity::Use;
use engine::run::Door;

use crate::accounts::By;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Person, SignedIn, Visitor, equal_in_constant_time, same_origin};

/// The header that carries the token of the session.
const CSRF: &str = "x-csrf-token";

/// A person whose program calls: by a token of its own, or in a session. In a session, what changes something must carry its
/// token in a header: a page of another site can make a browser send its cookie, but no such header. A token must have the scope
/// for what is asked; a refusal stands in the audit log.
#[derive(Debug, Clone)]
pub struct Caller(Comer);

impl Deref for Caller {
    type Target = Comer;
    fn deref(&self) -> &Comer {
        &self.0
    }
}

fn carries_token(headers: &HeaderMap, token: &str) -> bool {
    let sent = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
    same_origin(headers) && equal_in_constant_time(sent, token)
}

impl Caller {
    /// Who calls something that asks this of a token.
    async fn with(wanted: Use, parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Ok(visitor) = <Visitor as FromRequestParts<App>>::from_request_parts(parts, app).await;
        if matches!(visitor.person, Person::Nobody) && parts.headers.contains_key(header::AUTHORIZATION) {
            return Err(Error::NoToken);
        }
        let person = <SignedIn as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let caller = Self(Comer { person, door: Door::Api });
        match caller.person.scope() {
            None if parts.method.is_safe() || carries_token(&parts.headers, &caller.person.session.csrf) => Ok(caller),
            None => Err(Error::ForeignForm),
            Some(scope) if scope.permits(wanted) => Ok(caller),
            Some(scope) => {
                let w = visitor.words;
                let why = w.with("token-scope", "scope", w.t(&format!("scope-{}", scope.keyword())));
                Err(caller.turned_away(app, "token_scope", why).await)
            }
        }
    }

    /// What its token is refused, once that stands in the audit log.
    async fn turned_away(&self, app: &App, code: &str, why: String) -> Error {
        let doer = self.at(None, None);
        let by = By { actor: doer.actor, origin: doer.origin, user: None };
        let told = app.sign_ins.turned_away(&by, "token.use", code).await;
        told.err().map_or(Error::Forbidden { why }, Error::of_refusal)
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let wanted = if parts.method.is_safe() { Use::Look } else { Use::Act };
        Self::with(wanted, parts, app).await
    }
}

/// Who tells of an alert: the one thing for which a token of its own scope is enough.
#[derive(Debug, Clone)]
pub(super) struct Alerting(pub(super) Caller);

impl FromRequestParts<App> for Alerting {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        Caller::with(Use::Alert, parts, app).await.map(Self)
    }
}

/// Who manages people.
#[derive(Debug, Clone)]
pub(super) struct Managing(pub(super) Caller);

impl FromRequestParts<App> for Managing {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let wanted = if parts.method.is_safe() { Use::Look } else { Use::Manage };
        Caller::with(wanted, parts, app).await.map(Self)
    }
}

/// Somebody about the own account. A token looks and changes nothing: whoever finds one makes no others of it, and locks nobody
/// out.
#[derive(Debug, Clone)]
pub(super) struct Oneself(pub(super) Caller);

impl FromRequestParts<App> for Oneself {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = <Caller as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if caller.person.program.is_none() || parts.method.is_safe() {
            return Ok(Self(caller));
        }
        let Ok(visitor) = <Visitor as FromRequestParts<App>>::from_request_parts(parts, app).await;
        Err(caller.turned_away(app, "token_own", visitor.words.t("token-own-account")).await)
    }
}
