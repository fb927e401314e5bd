//! Who calls.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use engine::identity::Scope;
use engine::run::Door;

use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Peer, Person, SignedIn, Visitor, equal_in_constant_time, same_origin};

/// The header that carries the token of the session.
const CSRF: &str = "x-csrf-token";

/// A person whose program calls: by a token of its own, or in a session. In a session, what changes something must carry its
/// token in a header: a page of another site can make a browser send its cookie, but no such header. By a token it must have the
/// scope for acting; looking every scope permits.
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

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Ok(visitor) = <Visitor as FromRequestParts<S>>::from_request_parts(parts, state).await;
        if matches!(visitor.person, Person::Nobody) && parts.headers.contains_key(header::AUTHORIZATION) {
            return Err(Error::NoToken);
        }
        let person = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        match person.scope {
            _ if parts.method.is_safe() => {}
            None if carries_token(&parts.headers, &person.session.csrf) => {}
            None => return Err(Error::ForeignForm),
            Some(Scope::Act) => {}
            Some(scope @ (Scope::View | Scope::Admin)) => {
                let why =
                    visitor.words.with("token-scope", "scope", visitor.words.t(&format!("scope-{}", scope.keyword())));
                return Err(Error::Forbidden { why });
            }
        }
        let Ok(Peer(peer)) = Peer::from_request_parts(parts, state).await;
        Ok(Self(Comer { person, peer, door: Door::Api }))
    }
}
