//! Takes the sign-out form.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::accounts::doors::Source;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Cookie};
use crate::urls;

/// Closes the session and takes its cookie back.
pub async fn delete(State(app): State<App>, acting: Acting) -> Result<Response, Error> {
    app.sign_ins.end(&acting.person.session, &acting.person.came).await.map_err(Error::of_refusal)?;
    // The session here is over, whatever else can not be found out any more.
    let known = app.outsiders.of(&acting.person.user).await.ok().flatten();
    let elsewhere = known.is_some_and(|outsider| matches!(outsider.source, Source::Oidc { .. }));
    let next = if elsewhere { urls::signed_out_here() } else { urls::sign_in() };
    let mut response = Redirect::to(next).into_response();
    if let Some(cookie) = Cookie::Session.clear() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
