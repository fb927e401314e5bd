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
    let store = &**app.engine.store();
    let newest = ended_runs(store, Some(&id), None, 1).await?.pop();
    let newest = newest.filter(|facts| person.may_view(facts.organisation.as_ref())).ok_or(Error::NotFound)?;
    let base = read(&fields)?;
    let doer = Comer { person, door: Door::Console }.at(newest.organisation.as_ref(), None);
    let asker = Asker { by: doer.actor, origin: doer.origin, at: app.clock.now() };
    name_baseline(store, &id, base, &asker).await.map_err(|why| match why {
        BaselineError::Refused(denial) => refused_by(visitor.words, denial),
        BaselineError::Store(why) => why.into(),
    })?;
    Ok(Redirect::to(&urls::trend(&id)))
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
