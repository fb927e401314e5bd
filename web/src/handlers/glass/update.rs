//! Takes the forms about broken glass.

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::run::Door;

use crate::accounts::{By, Refusal};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Visitor};
use crate::urls;

/// Breaks the glass, for who has just shown a password or a code. The form carries its id: sent twice, it is broken once.
pub async fn create(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    person.must_have_confirmed(&app, urls::glass())?;
    let (id, reason) = (fields.parsed("key")?, fields.required("reason")?);
    match app.sign_ins.break_glass(&person.user, id, reason, &person.came).await {
        Ok(()) => {
            tracing::warn!(user = %person.user.name, peer = %person.came.peer, "broke the glass");
            Ok(Redirect::to(urls::glass()))
        }
        Err(Refusal::Nothing) => Err(Error::Forbidden { why: visitor.words.t("glass-not-yours") }),
        Err(other) => Err(Error::of_refusal(other)),
    }
}

/// Takes what another person found.
pub async fn review(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let by = By { user: None, ..person.must_audit(&app, visitor.words, Door::Console).await? };
    let id = id.parse().map_err(|_| Error::NotFound)?;
    match app.sign_ins.review_glass(id, fields.required("finding")?, &by).await {
        Ok(()) => Ok(Redirect::to(urls::glass())),
        Err(Refusal::Own) => Err(Error::Forbidden { why: visitor.words.t("glass-own") }),
        Err(other) => Err(Error::of_refusal(other)),
    }
}
