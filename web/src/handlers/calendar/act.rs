//! Takes every form of the calendar.

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{OrgId, RunbookId};
use engine::plan::Mode;
use engine::review::{self, Asker, CalendarError, adoptions, planned_drill};
use engine::run::Door;

use super::catalogue;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::{Error, refused_by};
use crate::extract::{Acting, Fields, Named, SignedIn, Visitor};
use crate::handlers::runbooks::sees;
use crate::i18n::Words;
use crate::urls;

/// Does what the form asks and comes back to the calendar. Whoever may do it where it belongs may do it.
pub async fn act(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    acted(&app, visitor.words, &Comer { person, door: Door::Console }, &fields).await?;
    Ok(Redirect::to(urls::calendar()))
}

/// The same for whoever came through any door. `key` names what is made, so that the same asked twice is made once.
pub(crate) async fn acted(app: &App, w: Words, comer: &Comer, fields: &Fields) -> Result<(), Error> {
    let (store, person) = (&**app.engine.store(), &comer.person);
    let asker = |org: Option<&OrgId>| {
        let doer = comer.at(org, None);
        Asker { by: doer.actor, origin: doer.origin, at: app.clock.now() }
    };
    let done = match fields.get("verb") {
        "adopt" => {
            let org = fields.optional("organisation")?;
            let (known, _) = catalogue(app, w).await?;
            let profile = known.profiles.get(fields.get("profile")).cloned().ok_or_else(|| malformed("profile"))?;
            review::adopt(store, profile, org.clone(), &asker(org.as_ref())).await.map(|_| ())
        }
        "abandon" => {
            let org = adopted(app, person, fields.get("adoption")).await?;
            review::abandon(store, fields.get("adoption"), &asker(org.as_ref())).await
        }
        "hold" => {
            let org = adopted(app, person, fields.get("adoption")).await?;
            let which = (fields.parsed("key")?, fields.get("adoption"), fields.get("duty"));
            let evidence = fields.text("evidence")?;
            review::hold(store, which, fields.parsed("day")?, &evidence, &asker(org.as_ref())).await
        }
        "plan" => {
            let runbook: RunbookId = fields.parsed("runbook")?;
            let wanted = runbook.clone();
            let entry = app.runbooks(move |library| library.find(&wanted)).await?;
            let entry = entry.filter(|entry| sees(person, entry)).ok_or(Error::NotFound)?;
            let org = entry.plan.as_ref().and_then(|plan| plan.body().organisation.clone());
            let mode = Mode::from_keyword(fields.get("mode")).ok_or_else(|| malformed("mode"))?;
            let (key, note, asker) = (fields.parsed("key")?, fields.text("note")?, asker(org.as_ref()));
            review::plan(store, (key, runbook, org), (fields.parsed("day")?, mode), &note, &asker).await
        }
        "cancel" => {
            let drill = planned_drill(store, fields.get("drill")).await?;
            let drill = drill.filter(|drill| person.may_view(drill.organisation.as_ref())).ok_or(Error::NotFound)?;
            review::cancel(store, fields.get("drill"), &asker(drill.organisation.as_ref())).await
        }
        _ => return Err(malformed("verb")),
    };
    done.map_err(|why| match why {
        CalendarError::Refused(denial) => refused_by(w, &denial),
        CalendarError::Store(why) => why.into(),
    })
}

/// Where an adoption holds, for somebody who may see it.
async fn adopted(app: &App, person: &SignedIn, key: &str) -> Result<Option<OrgId>, Error> {
    let all = adoptions(&**app.engine.store()).await?;
    let found = all.into_iter().find(|one| engine::store::Kept::id(one) == key);
    let found = found.filter(|one| person.may_view(one.organisation.as_ref())).ok_or(Error::NotFound)?;
    Ok(found.organisation)
}

fn malformed(name: &str) -> Error {
    Error::Field(Named::Malformed(name.to_owned()))
}
