//! Who calls.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use engine::run::Door;

use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Peer, SignedIn, equal_in_constant_time, same_origin};

/// The header that carries the token of the session.
const CSRF: &str = "x-csrf-token";

/// A person whose program calls. What changes something must carry the token of the session in a header: a page of another
/// site can make a browser send its cookie, but no such header.
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
        let person = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if !parts.method.is_safe() && !carries_token(&parts.headers, &person.session.csrf) {
            return Err(Error::ForeignForm);
        }
        let Ok(Peer(peer)) = Peer::from_request_parts(parts, state).await;
        Ok(Self(Comer { person, peer, door: Door::Api }))
    }
}
