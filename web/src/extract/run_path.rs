//! The run that an address names.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use engine::base::RunId;
use serde::Deserialize;

use crate::error::Error;

/// The run of the path; an id that is none is an address where nothing is.
#[derive(Debug, Clone, Copy)]
pub struct RunPath(pub RunId);

#[derive(Deserialize)]
struct Named {
    run: String,
}

impl<S: Send + Sync> FromRequestParts<S> for RunPath {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(named) = Path::<Named>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        named.run.parse().map(Self).map_err(|_| Error::NotFound)
    }
}
