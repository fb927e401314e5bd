//! Takes the forms about broken glass.

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::run::Door;
use uuid::Uuid;

use crate::accounts::{By, Refusal};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Breaks the glass. The form carries its id: sent twice, it is broken once.
pub async fn create(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let (id, reason) = (fields.parsed("key")?, fields.required("reason")?);
    broken(&app, visitor.words, &Comer { person, door: Door::Console }, id, reason).await?;
    Ok(Redirect::to(urls::glass()))
}

/// Takes what another person found.
pub async fn review(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    reviewed(&app, visitor.words, &comer, &id, || fields.required("finding")).await?;
    Ok(Redirect::to(urls::glass()))
}

/// Breaks the glass for who has just shown a password or a code, which no token can.
pub(crate) async fn broken(app: &App, w: Words, comer: &Comer, id: Uuid, reason: String) -> Result<(), Error> {
    let person = &comer.person;
    person.must_have_confirmed(app, urls::glass())?;
    match app.sign_ins.break_glass(&person.user, id, reason, &person.oneself(comer.door)).await {
        Ok(()) => {
            tracing::warn!(user = %person.user.name, peer = %person.came.peer, "broke the glass");
            Ok(())
        }
        Err(Refusal::Nothing) => Err(Error::Forbidden { why: w.t("glass-not-yours") }),
        Err(other) => Err(Error::of_refusal(other)),
    }
}

/// Writes down what another person found about broken glass, for who reads the audit log.
pub(crate) async fn reviewed(
    app: &App,
    w: Words,
    comer: &Comer,
    id: &str,
    finding: impl FnOnce() -> Result<String, Error>,
) -> Result<(), Error> {
    let by = By { user: None, ..comer.person.must_audit(app, w, comer.door).await? };
    let id = id.parse().map_err(|_| Error::NotFound)?;
    match app.sign_ins.review_glass(id, finding()?, &by).await {
        Ok(()) => Ok(()),
        Err(Refusal::Own) => Err(Error::Forbidden { why: w.t("glass-own") }),
        Err(Refusal::Taken) => {
            Err(Error::Refused { code: "already_reviewed".to_owned(), message: w.t("glass-reviewed-already") })
        }
        Err(other) => Err(Error::of_refusal(other)),
    }
}
