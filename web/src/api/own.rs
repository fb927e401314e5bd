//! The caller's own account: sessions, tokens, language. Password and second factor are changed at the console, where a program
//! sees neither.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::Digest;
use engine::run::Door;
use serde::Deserialize;

use super::Caller;
use super::caller::Oneself;
use super::model::{NewToken, SessionLine, Sessions, Speak, TokenLine, TokenMade, Tokens};
use super::once::{Answer, Key, once};
use super::sent::Sent;
use crate::accounts::SignIns;
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::urls;

/// Longest label of a token, in characters.
const LABEL: usize = 80;

/// The session of the path.
#[derive(Debug, Deserialize)]
pub(super) struct OfSession {
    session: String,
}

/// The token of the path.
#[derive(Debug, Deserialize)]
pub(super) struct OfToken {
    token: String,
}

/// The caller's sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "own", responses(
    (status = 200, description = "The sessions.", body = Sessions),
))]
pub(super) async fn sessions(State(app): State<App>, caller: Caller) -> Result<Json<Sessions>, Error> {
    let found = app.sign_ins.sessions(&caller.person.user).await.map_err(Error::of_refusal)?;
    let present = caller.person.session.token;
    let sessions = found.into_iter().map(|session| SessionLine::of(session, present)).collect();
    Ok(Json(Sessions { sessions }))
}

/// Ends one of the caller's sessions. No token can.
#[utoipa::path(delete, path = "/api/v1/sessions/{session}", tag = "own",
    params(("session" = String, Path, description = "The session, as it is listed.")),
    responses((status = 204, description = "It is ended.")))]
pub(super) async fn end_session(
    State(app): State<App>,
    Oneself(caller): Oneself,
    Path(of): Path<OfSession>,
) -> Result<StatusCode, Error> {
    let session: Digest = of.session.parse().map_err(|_| Error::NotFound)?;
    let by = caller.person.oneself(Door::Api);
    app.sign_ins.revoke_session(&caller.person.user, session, &by).await.map_err(Error::of_refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all sessions and tokens of the caller, the session that asks too. No token can.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "own", responses(
    (status = 204, description = "They are ended."),
))]
pub(super) async fn end_all(State(app): State<App>, Oneself(caller): Oneself) -> Result<StatusCode, Error> {
    let by = caller.person.oneself(Door::Api);
    app.sign_ins.revoke_all(&caller.person.user, &by).await.map_err(Error::of_refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The tokens that the caller gave to programs.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "own", responses(
    (status = 200, description = "The tokens.", body = Tokens),
))]
pub(super) async fn tokens(State(app): State<App>, caller: Caller) -> Result<Json<Tokens>, Error> {
    let found = app.sign_ins.programs(&caller.person.user).await.map_err(Error::of_refusal)?;
    Ok(Json(Tokens { tokens: found.iter().map(TokenLine::of).collect() }))
}

/// Makes a token for a program. Needs a session that has shown within the last five minutes who that is; no token can, so that
/// none makes itself a wider or a longer one.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "own", request_body = NewToken, params(Key),
    responses((status = 201, description = "It is made.", body = TokenMade)))]
pub(super) async fn make_token(
    State(app): State<App>,
    Oneself(caller): Oneself,
    key: Key,
    sent: Sent<NewToken>,
) -> Result<Response, Error> {
    caller.person.must_have_confirmed(&app, urls::me())?;
    let NewToken { label, scope, days } = sent.value;
    let label = label.trim().to_owned();
    let unfit = |what: &str| Error::Unreadable(Unreadable::Shape, what.to_owned());
    if label.is_empty() || label.chars().count() > LABEL {
        return Err(unfit("label: 1–80"));
    }
    if !(1..=SignIns::TOKEN_DAYS).contains(&days) {
        return Err(unfit("days: 1–366"));
    }
    once(&app, &caller, key, sent.digest, async |_| {
        let (user, by) = (&caller.person.user, caller.person.oneself(Door::Api));
        let made = app.sign_ins.new_token(user, (label, scope.into(), days), &by).await;
        let (made, secret) = made.map_err(Error::of_refusal)?;
        let kept = TokenMade { line: TokenLine::of(&made), secret: None };
        let told = TokenMade { line: kept.line.clone(), secret: Some(secret.expose().to_owned()) };
        Answer::new(StatusCode::CREATED, None, &kept)?.telling_once(&told)
    })
    .await
}

/// Takes a token of the caller back. No token can.
#[utoipa::path(delete, path = "/api/v1/tokens/{token}", tag = "own",
    params(("token" = String, Path, description = "The token, as it is listed.")),
    responses((status = 204, description = "It is good for nothing any more.")))]
pub(super) async fn take_token_back(
    State(app): State<App>,
    Oneself(caller): Oneself,
    Path(of): Path<OfToken>,
) -> Result<StatusCode, Error> {
    let token: Digest = of.token.parse().map_err(|_| Error::NotFound)?;
    let by = caller.person.oneself(Door::Api);
    app.sign_ins.revoke_token(&caller.person.user, token, &by).await.map_err(Error::of_refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses the language of the caller's screens and messages. No token can.
#[utoipa::path(put, path = "/api/v1/language", tag = "own", request_body = Speak, responses(
    (status = 204, description = "It is chosen."),
))]
pub(super) async fn speak(
    State(app): State<App>,
    Oneself(caller): Oneself,
    sent: Sent<Speak>,
) -> Result<StatusCode, Error> {
    let by = caller.person.oneself(Door::Api);
    app.sign_ins.speak(&caller.person.user, sent.value.lang.into(), &by).await.map_err(Error::of_refusal)?;
    Ok(StatusCode::NO_CONTENT)
}
