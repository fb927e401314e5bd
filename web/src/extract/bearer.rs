//! Programs with a token.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::Peer;
use crate::accounts::{Came, Program};
use crate::app::App;
use crate::error::Error;

/// A program whose token came as `Authorization: Bearer TOKEN`. As an argument of a handler it refuses everybody else; a
/// cookie is no substitute, so nothing that takes it needs a form's token.
#[derive(Debug, Clone)]
pub struct Bearer(pub Program);

fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Ok(Peer(peer)) = <Peer as FromRequestParts<App>>::from_request_parts(parts, app).await;
        let token = token(&parts.headers).ok_or(Error::NoToken)?;
        let came = Came::new(peer, "");
        app.sign_ins.program(token, &came).await?.map(Self).ok_or(Error::NoToken)
    }
}
