//! The run that an address names.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use engine::base::RunId;
use serde::Deserialize;

use super::SignedIn;
use crate::app::App;
use crate::error::Error;

/// The run of the path, for a signed-in person who may see what belongs to its organisation. For everybody else, as for an
/// id that is none, there is nothing at the address.
#[derive(Debug, Clone, Copy)]
pub struct RunPath(pub RunId);

#[derive(Deserialize)]
struct Named {
    run: String,
}

impl FromRequestParts<App> for RunPath {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let person = <SignedIn as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let Path(named) = Path::<Named>::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let run = named.run.parse().map_err(|_| Error::NotFound)?;
        let place = app.place_of(run).await?;
        if person.may_view(place.org.as_ref()) { Ok(Self(run)) } else { Err(Error::NotFound) }
    }
}
