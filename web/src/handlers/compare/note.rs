//! Writes down why a unit took more or less time.

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{RunId, UnitId};
use engine::review::{Asker, NoteError, annotate};
use engine::run::Door;

use super::compared;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::{Error, refused_by};
use crate::extract::{Acting, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Takes the note of a unit and comes back to both runs.
pub async fn note(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let both: (RunId, RunId) = (fields.parsed("then")?, fields.parsed("now")?);
    let (unit, text): (UnitId, String) = (fields.parsed("unit")?, fields.text("note")?);
    noted(&app, visitor.words, &Comer { person, door: Door::Console }, both, &unit, &text).await?;
    Ok(Redirect::to(&urls::compare(both.0, both.1)))
}

/// Writes it down, for whoever came through any door.
pub(crate) async fn noted(
    app: &App,
    w: Words,
    comer: &Comer,
    (then, now): (RunId, RunId),
    unit: &UnitId,
    text: &str,
) -> Result<(), Error> {
    let (found, org) = compared(app, &comer.person, w, then, now).await?;
    if !found.units.iter().any(|line| line.unit == *unit) {
        return Err(Error::NotFound);
    }
    let doer = comer.at(org.as_ref(), Some(found.now.mode));
    let asker = Asker { by: doer.actor, origin: doer.origin, at: app.clock.now() };
    annotate(&**app.engine.store(), (then, now, unit), text, &asker).await.map_err(|why| match why {
        NoteError::Refused(denial) => refused_by(w, &denial),
        NoteError::Store(why) => why.into(),
    })?;
    Ok(())
}
