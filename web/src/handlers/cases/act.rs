//! Takes every acting form of a case.

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{CaseId, CasePart, RequestId};
use engine::cases::{self, Asker, Brief};
use engine::run::Door;

use super::asked::command;
use super::propose::proposed;
use super::{CasePath, seen, told};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Does what the form asks and comes back to the case.
pub async fn act(
    State(app): State<App>,
    visitor: Visitor,
    CasePath(case): CasePath,
    acting: Acting,
) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    let request = RequestId(fields.parsed("key")?);
    ask(&app, visitor.words, &comer, case, request, &fields).await?;
    Ok(Redirect::to(&urls::case(case)))
}

/// Does what the fields ask of a case and gives where it stands afterwards.
pub(crate) async fn ask(
    app: &App,
    w: Words,
    comer: &Comer,
    case: CaseId,
    request: RequestId,
    fields: &Fields,
) -> Result<cases::State, Error> {
    let store = app.engine.store();
    let now = app.clock.now();
    let state = seen(app, &comer.person, w, case).await?.state;
    // Both are facts of this moment, not of the moment at which the page was made.
    let (offer, brief) = match fields.get("verb") {
        "declare" => (proposed(app, &comer.person, &state, CasePart::Failover).await?, Brief::default()),
        "offer" => (None, cases::brief(&**store, &state).await.map_err(|why| told(w, why))?),
        _ => (None, Brief::default()),
    };
    let command = command(fields, now, offer, brief)?;
    let doer = comer.at(state.organisation().as_ref(), Some(state.mode()));
    let asker = Asker { by: doer.actor, origin: doer.origin, at: now, request };
    cases::act(&**store, case, &command, &asker).await.map_err(|why| told(w, why))
}
