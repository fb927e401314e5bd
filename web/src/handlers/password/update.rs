//! Takes the form with the new password.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use engine::base::Secret;

use super::edit::Page;
use crate::accounts::{PasswordError, Refusal};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Visitor};
use crate::handlers::session::enter;
use crate::urls;

/// Changes the password, ends the person's sessions everywhere and goes on in a new one; or shows the form again.
pub async fn update(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    acting: Acting,
) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let (w, next) = (visitor.words, fields.get("next"));
    let again = |key: &str| Ok(Page::new(&visitor, &person, next).again(w.t(key)));
    let (present, chosen) = (fields.exact("present"), fields.exact("chosen"));
    if chosen != fields.exact("repeated") {
        return again("password-differs");
    }
    if chosen == present {
        return again("password-same");
    }
    match app.sign_ins.change_password(&person.user, Secret::new(present), Secret::new(chosen), &person.came).await {
        Ok(started) => {
            tracing::info!(user = %started.user.name, peer = %person.came.peer, "changed the password");
            enter(&started, urls::safe_next(next), &headers)
        }
        Err(Refusal::Wrong) => again("password-wrong"),
        Err(Refusal::Password(PasswordError::Length)) => again("password-length"),
        Err(other) => Err(Error::of_refusal(other)),
    }
}
