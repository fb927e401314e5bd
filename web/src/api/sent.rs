//! What comes in: JSON bodies and queries, refused with the place of what is wrong.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::error::{Error, Unreadable};

/// A JSON body. Its length is bounded by the layer around all routes.
#[derive(Debug)]
pub(super) struct Sent<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        is_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Error::TooLarge)?;
        let value = serde_json::from_slice(&bytes).map_err(|why| {
            let what = match why.classify() {
                Category::Data => Unreadable::Shape,
                Category::Io | Category::Syntax | Category::Eof => Unreadable::Json,
            };
            Error::Unreadable(what, why.to_string())
        })?;
        Ok(Self(value))
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
