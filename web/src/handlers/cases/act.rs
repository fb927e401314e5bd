//! Takes every acting form of a case.

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{CasePart, RequestId};
use engine::cases::{self, Asker, Brief};

use super::asked::command;
use super::propose::proposed;
use super::{CasePath, seen, told};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Peer, Visitor};
use crate::urls;

/// Does what the form asks and comes back to the case.
pub async fn act(
    State(app): State<App>,
    visitor: Visitor,
    CasePath(case): CasePath,
    Peer(peer): Peer,
    acting: Acting,
) -> Result<Redirect, Error> {
    let w = visitor.words;
    let Acting { person, fields } = acting;
    let store = app.engine.store();
    let now = app.clock.now();
    let state = seen(&app, &person, w, case).await?.state;
    // Both are facts of this moment, not of the moment at which the page was made.
    let (offer, brief) = match fields.get("verb") {
        "declare" => (proposed(&app, &person, &state, CasePart::Failover).await?, Brief::default()),
        "offer" => (None, cases::brief(&**store, &state).await.map_err(|why| told(w, why))?),
        _ => (None, Brief::default()),
    };
    let command = command(&fields, now, offer, brief)?;
    let request = RequestId(fields.parsed("key")?);
    let by = person.actor_at(state.organisation().as_ref(), Some(state.mode()));
    let asker = Asker { by, origin: peer.to_string(), at: now, request };
    cases::act(&**store, case, &command, &asker).await.map_err(|why| told(w, why))?;
    Ok(Redirect::to(&urls::case(case)))
}
