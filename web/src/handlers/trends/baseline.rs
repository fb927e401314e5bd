//! Names what a runbook is measured against.

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::base::{Millis, RunbookId};
use engine::review::{Asker, Base, BaselineError, ended_runs, name_baseline};
use engine::run::Door;

use crate::app::App;
use crate::deeds::Comer;
use crate::error::{Error, refused_by};
use crate::extract::{Acting, Fields, Named, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Takes the form and comes back to the trend.
pub async fn baseline(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let id: RunbookId = id.parse().map_err(|_| Error::NotFound)?;
    let base = read(&fields)?;
    named(&app, visitor.words, &Comer { person, door: Door::Console }, &id, base).await?;
    Ok(Redirect::to(&urls::trend(&id)))
}

/// Names it, for whoever came through any door.
pub(crate) async fn named(app: &App, w: Words, comer: &Comer, id: &RunbookId, base: Base) -> Result<(), Error> {
    let store = &**app.engine.store();
    let newest = ended_runs(store, Some(id), None, 1).await?.pop();
    let newest = newest.filter(|facts| comer.person.may_view(facts.organisation.as_ref())).ok_or(Error::NotFound)?;
    let doer = comer.at(newest.organisation.as_ref(), None);
    let asker = Asker { by: doer.actor, origin: doer.origin, at: app.clock.now() };
    name_baseline(store, id, base, &asker).await.map_err(|why| match why {
        BaselineError::Refused(denial) => refused_by(w, &denial),
        BaselineError::Store(why) => why.into(),
    })?;
    Ok(())
}

fn read(fields: &Fields) -> Result<Base, Error> {
    if !fields.get("run").is_empty() {
        return Ok(Base::Run { run: fields.parsed("run")? });
    }
    let minutes: u64 = fields.parsed("minutes")?;
    let rta = minutes.checked_mul(60_000).map(Millis);
    Ok(Base::Stated {
        rta: rta.ok_or_else(|| Error::Field(Named::Malformed("minutes".to_owned())))?,
        people: fields.parsed("people")?,
        source: fields.required("source")?,
    })
}
