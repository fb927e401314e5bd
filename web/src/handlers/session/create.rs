//! Takes the sign-in form.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::Secret;

use super::elsewhere::refused;
use super::new::Page;
use crate::accounts::doors::Written;
use crate::accounts::{Came, Refusal, Started};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Cookie, Fields, Peer, Visitor, is_forwarded_tls, same_origin};
use crate::urls;

/// Opens a session and sets its cookie, or shows the form again.
pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Peer(peer): Peer,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    // There is no session yet whose token the form could carry; the browser's own word must do.
    if !same_origin(&headers) {
        return Err(Error::ForeignForm);
    }
    let fields = Fields(fields);
    let (name, next) = (fields.get("name"), fields.get("next"));
    let words = visitor.words;
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let came = Came::new(peer, agent);
    if let (Some(door), "directory") = (&app.doors.directory, fields.get("door")) {
        let (password, now) = (Secret::new(fields.exact("password")), app.clock.now());
        let written = Written { name, password, came: &came, lang: words.0, now };
        return match door.enter(&app.sign_ins, &app.outsiders, written).await {
            Ok(started) => {
                tracing::info!(user = %started.user.name, %peer, "signed in by the directory");
                enter(&started, urls::safe_next(next), &headers)
            }
            Err(denied) => {
                tracing::warn!(%peer, why = denied.code(), "a sign-in by the directory was refused");
                refused(&app, &visitor, next, denied)
            }
        };
    }
    match app.sign_ins.begin(name, Secret::new(fields.exact("password")), &came).await {
        Ok(started) => {
            tracing::info!(user = %started.user.name, %peer, "signed in");
            enter(&started, urls::safe_next(next), &headers)
        }
        Err(Refusal::Wrong) => {
            tracing::warn!(%peer, "a sign-in was refused");
            Ok(Page::new(&app, &visitor, next).again(name, words.t("sign-in-wrong"), StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(other) => Err(Error::of_refusal(other)),
    }
}

/// Hands the browser its new session and the person's language, and sends it on: by way of the second factor, where that is
/// still to be shown.
pub(in crate::handlers) fn enter(started: &Started, next: &str, headers: &HeaderMap) -> Result<Response, Error> {
    let second = started.half.then(|| urls::second_then(next));
    let mut response = Redirect::to(second.as_deref().unwrap_or(next)).into_response();
    let tls = is_forwarded_tls(headers);
    let session = Cookie::Session.set(&started.token.reveal(), tls);
    let session = session.ok_or_else(|| Error::Internal("a token that no header can carry".to_owned()))?;
    response.headers_mut().append(header::SET_COOKIE, session);
    // While the store is away nobody's account can be read, and pages must speak some language.
    if let Some(lang) = Cookie::Lang.set(started.user.lang.tag(), tls) {
        response.headers_mut().append(header::SET_COOKIE, lang);
    }
    Ok(response)
}
