//! Takes every acting form of a finding.

use axum::extract::State;
use axum::response::Redirect;
use engine::base::FindingId;
use engine::review::{self, Asker, Finding};
use engine::run::Door;

use super::asked::command;
use super::{FindingPath, seen, told};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Does what the form asks and comes back to the finding.
pub async fn act(
    State(app): State<App>,
    visitor: Visitor,
    FindingPath(id): FindingPath,
    acting: Acting,
) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    ask(&app, visitor.words, &comer, id, &fields).await?;
    Ok(Redirect::to(&urls::finding(id)))
}

/// Does what the fields ask of a finding and gives it as it is afterwards.
pub(crate) async fn ask(app: &App, w: Words, comer: &Comer, id: FindingId, fields: &Fields) -> Result<Finding, Error> {
    let finding = seen(app, &comer.person, w, id).await?;
    let command = command(fields)?;
    let doer = comer.at(finding.organisation.as_ref(), Some(finding.mode));
    let asker = Asker { by: doer.actor, origin: doer.origin, at: app.clock.now() };
    review::act(&**app.engine.store(), id, &command, &asker).await.map_err(|why| told(w, why))
}
