//! The finding that an address names, and what keeps it from being shown.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use engine::base::{Bilingual as _, FindingId, RunId};
use engine::review::{self, Finding, FindingError, KeepError};
use serde::Deserialize;

use crate::app::{App, Place};
use crate::error::{Error, refused_by};
use crate::extract::SignedIn;
use crate::i18n::Words;

/// The finding of the path; an id that is none is an address where nothing is.
#[derive(Debug, Clone, Copy)]
pub struct FindingPath(pub FindingId);

#[derive(Deserialize)]
struct Named {
    finding: String,
}

impl<S: Send + Sync> FromRequestParts<S> for FindingPath {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(named) = Path::<Named>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        named.finding.parse().map(Self).map_err(|_| Error::NotFound)
    }
}

/// What the engine says of a finding as an answer of the console.
pub(crate) fn told(w: Words, why: FindingError) -> Error {
    match why {
        FindingError::NoSuch(_) => Error::NotFound,
        FindingError::Refused(denial) => refused_by(w, &denial),
        FindingError::Busy(_) => Error::Busy,
        FindingError::Store(why) | FindingError::Keep(KeepError::Store(why)) => why.into(),
        FindingError::Keep(why @ KeepError::Corrupt(_)) => Error::Corrupt(why.text()),
        FindingError::Keep(KeepError::Busy(_) | KeepError::Ending(_)) => Error::Busy,
    }
}

/// A finding, for somebody who may see its place; for others there is none.
pub(crate) async fn seen(app: &App, person: &SignedIn, w: Words, id: FindingId) -> Result<Finding, Error> {
    let found = review::finding(&**app.engine.store(), id).await.map_err(|why| told(w, why))?.value;
    if person.may_view(found.organisation.as_ref()) { Ok(found) } else { Err(Error::NotFound) }
}

/// Where a run is, for somebody who may see it; for others there is none.
pub(crate) async fn place(app: &App, person: &SignedIn, run: RunId) -> Result<Place, Error> {
    let place = app.place_of(run).await?;
    if person.may_view(place.org.as_ref()) { Ok(place) } else { Err(Error::NotFound) }
}
