//! Signing in at a provider of identity: leaving for it and coming back.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::create::enter;
use super::new::Page;
use crate::accounts::doors::{Brought, Denied};
use crate::accounts::oidc::Attempt;
use crate::accounts::{Came, Token};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Cookie, Peer, Visitor, cookie, is_forwarded_tls};
use crate::urls;

/// Where the person wants to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Leaving {
    next: Option<String>,
}

/// What the provider sends along.
#[derive(Debug, Deserialize)]
pub struct Returning {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Sends the browser to the provider, with a cookie by which it is known when it comes back.
pub async fn leave(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(leaving): Query<Leaving>,
) -> Result<Response, Error> {
    let next = urls::safe_next(leaving.next.as_deref().unwrap_or_default()).to_owned();
    if visitor.signed_in().is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let door = app.doors.provider.as_ref().ok_or(Error::NotFound)?;
    let token = Token::fresh().map_err(|why| Error::Internal(why.to_string()))?;
    let kept = format!("{}.{}", token.reveal(), URL_SAFE_NO_PAD.encode(&next));
    match door.leave(&Attempt::of(token)).await {
        Ok(address) => {
            let cookie = Cookie::Attempt.set(&kept, is_forwarded_tls(&headers));
            let cookie = cookie.ok_or_else(|| Error::Internal("a token that no header can carry".to_owned()))?;
            let mut response = Redirect::to(&address).into_response();
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(denied) => refused(&app, &visitor, &next, denied),
    }
}

/// Takes the browser back: opens a session where the answer is one to the attempt of its cookie.
pub async fn returned(
    State(app): State<App>,
    visitor: Visitor,
    Peer(peer): Peer,
    headers: HeaderMap,
    Query(returning): Query<Returning>,
) -> Result<Response, Error> {
    let door = app.doors.provider.as_ref().ok_or(Error::NotFound)?;
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let came = Came::new(peer, agent);
    let (attempt, next) = kept(&headers).unzip();
    let next = next.unwrap_or_else(|| urls::home().to_owned());
    let attempt =
        attempt.filter(|attempt| returning.state.as_deref().is_some_and(|state| attempt.is_answered_by(state)));
    let entered = match (attempt, returning.code, returning.error) {
        (None, ..) => Err(Denied::Lost),
        (Some(_), _, Some(error)) => {
            tracing::warn!(%error, "the provider has not let a person in");
            Err(Denied::Declined)
        }
        (Some(_), None, None) => Err(Denied::Lost),
        (Some(attempt), Some(code), None) => {
            let brought = Brought { attempt: &attempt, code: &code, came: &came, lang: visitor.words.0 };
            door.enter(&app.sign_ins, &app.outsiders, brought).await
        }
    };
    let mut response = match entered {
        Ok(started) => {
            tracing::info!(user = %started.user.name, %peer, "signed in through the provider");
            enter(&started, urls::safe_next(&next), &headers)?
        }
        Err(denied) => refused(&app, &visitor, &next, denied)?,
    };
    if let Some(cookie) = Cookie::Attempt.clear() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Sends the browser to where its session at the provider ends, too.
pub async fn farewell(State(app): State<App>, visitor: Visitor) -> Result<Response, Error> {
    let door = app.doors.provider.as_ref().ok_or(Error::NotFound)?;
    match door.farewell().await {
        Ok(address) => Ok(Redirect::to(address.as_deref().unwrap_or(urls::sign_in())).into_response()),
        Err(denied) => refused(&app, &visitor, "", denied),
    }
}

/// The sign-in page with what went wrong.
pub(super) fn refused(app: &App, visitor: &Visitor, next: &str, denied: Denied) -> Result<Response, Error> {
    let status = match denied {
        Denied::Wait(wait) => return Err(Error::TooManyTries(wait)),
        Denied::Own(why) => return Err(Error::of_refusal(why)),
        Denied::Away | Denied::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Denied::Wrong
        | Denied::Barred(_)
        | Denied::NoRole
        | Denied::Taken
        | Denied::Disabled
        | Denied::Lost
        | Denied::Declined => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let problem = visitor.words.t(&format!("denied-{}", denied.code()));
    Ok(Page::new(app, visitor, next).again("", problem, status))
}

/// The attempt of the cookie, and where it was to go on to. The cookie is the browser's, so the way onward is checked
/// again when it is taken.
fn kept(headers: &HeaderMap) -> Option<(Attempt, String)> {
    let (token, next) = cookie(headers, Cookie::Attempt)?.split_once('.')?;
    let next = String::from_utf8(URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
    Some((Attempt::of(Token::parse(token)?), next))
}
