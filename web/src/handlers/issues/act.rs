//! Issuing a version, and signing one.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{Digest, RunId};
use engine::documents::file_report;
use engine::evidence::issue::{self, Issue};
use engine::report::SignBox;
use engine::run::Door;
use engine::store::{self, Change, Deed};
use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::told;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, Named, RunPath, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Takes the forms of the page.
pub async fn act(
    State(app): State<App>,
    visitor: Visitor,
    RunPath(run): RunPath,
    acting: Acting,
) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    let w = visitor.words;
    match fields.get("verb") {
        "issue" => issued(&app, w, &comer, run, fields.parsed("last")?, fields.text("reason")?).await?,
        "sign" => {
            let (number, part, shown) = (fields.parsed("number")?, part(&fields)?, fields.parsed("digest")?);
            signed(&app, w, &comer, (run, number), part, shown, fields.text("comment")?).await?
        }
        _ => return Err(Error::Field(Named::Malformed("verb".to_owned()))),
    };
    Ok(Redirect::to(&urls::issues(run)))
}

fn part(fields: &Fields) -> Result<SignBox, Error> {
    SignBox::from_keyword(fields.get("box")).ok_or_else(|| Error::Field(Named::Malformed("box".to_owned())))
}

/// Issues the report of a run as the version behind `last`.
pub(crate) async fn issued(
    app: &App,
    w: Words,
    comer: &Comer,
    run: RunId,
    last: u32,
    reason: String,
) -> Result<Issue, Error> {
    let place = app.place_of(run).await?;
    let doer = comer.at(place.org.as_ref(), Some(place.mode));
    let deed = Deed { reason, ..doer.deed(app.clock.now(), "report.issue", format!("run/{run}")) };
    let store = &**app.engine.store();
    issue::issue(store, run, last, deed.clone(), &filed(app, deed)).await.map_err(|error| told(error, w))
}

/// A report that is issued, and one that is approved, is filed with the documents.
fn filed(app: &App, deed: Deed) -> impl Fn(Issue) -> BoxFuture<'static, Result<Vec<Change>, store::Error>> + use<> {
    let store = Arc::clone(app.engine.store());
    move |issue| {
        let (store, deed) = (Arc::clone(&store), deed.clone());
        async move { file_report(&*store, &issue, &deed).await }.boxed()
    }
}

/// Signs a box, for somebody who has just shown who that is. Who may not sign at all is told so before that is asked for.
pub(crate) async fn signed(
    app: &App,
    w: Words,
    comer: &Comer,
    (run, number): (RunId, u32),
    part: SignBox,
    shown: Digest,
    comment: String,
) -> Result<Issue, Error> {
    let store = &**app.engine.store();
    issue::version(store, run, number).await.map_err(|error| told(error, w))?;
    let place = app.place_of(run).await?;
    let doer = comer.at(place.org.as_ref(), Some(place.mode));
    let right = engine::run::Act::Report(issue::right(part), place.mode);
    let confirmed = match engine::run::permit(&doer.actor, right, false) {
        Ok(()) => comer.person.must_have_confirmed(app, &urls::issues(run))?,
        // The desk refuses it and writes that down; until when it was confirmed does not matter.
        Err(_) => app.clock.now(),
    };
    let deed = Deed { reason: comment, ..doer.deed(app.clock.now(), "report.sign", format!("run/{run}")) };
    let beside = filed(app, deed.clone());
    issue::sign(store, (run, number), part, shown, confirmed, deed, &beside).await.map_err(|error| told(error, w))
}
