//! What comes in: JSON bodies and queries, refused with the place of what is wrong.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use engine::base::{Digest, Hasher};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use tokio::sync::SemaphorePermit;

use crate::error::{Error, Unreadable};
use crate::extract::place_of_reader;

/// A JSON body. Its length is bounded by the layer around all routes.
#[derive(Debug)]
pub(super) struct Sent<T> {
    /// What was sent.
    pub(super) value: T,
    /// Digest of it and of where it was sent to. The values of secrets are not in it: from the digest of a short one
    /// anybody who reads the store could guess it.
    pub(super) digest: Digest,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        is_json(request.headers())?;
        let path = request.uri().path().to_owned();
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Error::TooLarge)?;
        let value = serde_json::from_slice(&bytes).map_err(|why| {
            let what = match why.classify() {
                Category::Data => Unreadable::Shape,
                Category::Io | Category::Syntax | Category::Eof => Unreadable::Json,
            };
            Error::Unreadable(what, why.to_string())
        })?;
        Ok(Self { value, digest: digest(&path, &bytes)? })
    }
}

fn digest(path: &str, bytes: &[u8]) -> Result<Digest, Error> {
    let unreadable = |why: serde_json::Error| Error::Unreadable(Unreadable::Json, why.to_string());
    let mut body: Value = serde_json::from_slice(bytes).map_err(unreadable)?;
    if let Some(secrets) = body.get_mut("secrets").and_then(Value::as_object_mut) {
        secrets.values_mut().for_each(|secret| *secret = Value::Null);
    }
    Ok(Hasher::default().part(path.as_bytes()).part(ordered(body).to_string().as_bytes()).finish())
}

/// With the members of every object in order of their names, whichever features serde_json was built with.
fn ordered(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(ordered).collect(),
        Value::Object(members) => {
            let members: BTreeMap<String, Value> =
                members.into_iter().map(|(name, value)| (name, ordered(value))).collect();
            Value::Object(members.into_iter().collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// A file, sent as it is. As long as one is held it has a place among those that are held at all.
#[derive(Debug)]
pub(super) struct SentFile {
    /// Its content.
    pub(super) bytes: Bytes,
    /// Digest of it and of where it was sent to.
    pub(super) digest: Digest,
    _place: SemaphorePermit<'static>,
}

impl<S: Send + Sync> FromRequest<S> for SentFile {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let place = place_of_reader().await?;
        let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Error::TooLarge)?;
        let digest = Hasher::default().part(target.as_bytes()).part(&bytes).finish();
        Ok(Self { bytes, digest, _place: place })
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Error> {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json")) {
        return Ok(());
    }
    let said = if kind.is_empty() { "—".to_owned() } else { kind.chars().take(100).collect() };
    Err(Error::Unreadable(Unreadable::Kind, said))
}

/// What stands behind the question mark.
#[derive(Debug)]
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        let why = |why: &dyn std::error::Error| {
            let inner = why.source().map(ToString::to_string);
            Error::Unreadable(Unreadable::Query, inner.unwrap_or_else(|| why.to_string()))
        };
        read.map(|Query(value)| Self(value)).map_err(|rejection| why(&rejection))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_and_the_values_of_secrets_do_not_count() {
        let of = |path: &str, text: &str| digest(path, text.as_bytes()).unwrap();
        let one = of("/a", r#"{"reason": "x", "secrets": {"token": "one"}}"#);
        assert_eq!(one, of("/a", r#"{"secrets":{"token":"two"},"reason":"x"}"#));
        assert_ne!(one, of("/a", r#"{"reason": "y", "secrets": {"token": "one"}}"#));
        assert_ne!(one, of("/a", r#"{"reason": "x", "secrets": {"other": "one"}}"#));
        assert_ne!(one, of("/b", r#"{"reason": "x", "secrets": {"token": "one"}}"#));
    }
}
