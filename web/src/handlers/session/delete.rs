//! Takes the sign-out form.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Cookie};
use crate::urls;

/// Closes the session and takes its cookie back.
pub async fn delete(State(app): State<App>, acting: Acting) -> Result<Response, Error> {
    app.sign_ins.end(acting.person.session.token).await?;
    let mut response = Redirect::to(urls::sign_in()).into_response();
    if let Some(cookie) = Cookie::Session.clear() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
