//! Takes the form of manual work, with the files that show what was done.

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::base::{Bilingual as _, RequestId, RunId, UnitId};
use engine::plan::Action;
use engine::run::{
    Actor, Door, EvidenceFile, FILES_LIMIT, FileLabel, ManualAct, ManualRefused, Media, Request, UnitState,
};

use super::super::runs::{Named, back, put, work as asked};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{RunPath, Upload, Visitor};
use crate::urls;

/// Keeps the files, then asks for what the form says: files first, so that what is reported rests on them.
pub async fn work(
    State(app): State<App>,
    visitor: Visitor,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
    upload: Upload,
) -> Result<Redirect, Error> {
    let unit = named.unit()?;
    if upload.fields.get("unit") != unit.as_str() {
        return Err(Error::NotFound);
    }
    let id = RequestId(upload.fields.parsed("key")?);
    let mut requests = asked(&upload.fields)?.ok_or(Error::NotFound)?;
    let Upload { person, fields, files, .. } = upload;
    let comer = Comer { person, door: Door::Console };
    if !files.is_empty() {
        let place = app.place_of(run).await?;
        let actor = comer.person.actor_at(place.org.as_ref(), Some(place.mode));
        may_attach(&app, &visitor, run, &unit, &actor, files.len()).await?;
        let opening = Some(fields.parsed("opening")?);
        let mut attached = Vec::with_capacity(files.len());
        for (label, bytes) in files {
            let file = keep(&app, &visitor, label, bytes).await?;
            attached.push(Request::Manual { unit: unit.clone(), opening, work: ManualAct::Attach { file } });
        }
        attached.append(&mut requests);
        requests = attached;
    }
    let done = put(&app, visitor.words, run, &comer, id, requests).await?;
    // Who only saves goes on with the same work, where it is the page of that work.
    let (next, here) = (fields.get("next"), urls::task(run, &unit));
    let saves = fields.get("result") == "save" && !next.is_empty();
    Ok(back(&app, &visitor, run, done, if saves { &here } else { next }).await)
}

/// Nothing is kept for somebody who may not hand it in.
async fn may_attach(
    app: &App,
    visitor: &Visitor,
    run: RunId,
    unit: &UnitId,
    actor: &Actor,
    more: usize,
) -> Result<(), Error> {
    let view = app.engine.watch(run).await?.borrow().clone();
    let ix = view.plan.find(unit).ok_or(Error::NotFound)?;
    let at = view.state.unit(ix);
    let step = view.plan.unit(ix).step(at.step).map(|step| &step.action);
    let (Some(Action::Manual(manual)), Some(open), UnitState::AwaitingManual) = (step, &at.manual, at.state) else {
        return Err(Error::NotFound);
    };
    let room = open.files.len() + more <= FILES_LIMIT;
    let verdict = open.may_work(manual, actor).and(if room { Ok(()) } else { Err(ManualRefused::TooMany) });
    verdict.map_err(|refused| {
        let message = visitor.words.text(&refused.text()).to_owned();
        Error::Refused { code: refused.code().to_owned(), message }
    })
}

async fn keep(app: &App, visitor: &Visitor, name: FileLabel, bytes: Vec<u8>) -> Result<EvidenceFile, Error> {
    let media = Media::of(&bytes).map_err(|unwanted| {
        let why = visitor.words.text(&unwanted.text()).to_owned();
        Error::Refused { code: unwanted.code().to_owned(), message: format!("{}: {why}", name.as_str()) }
    })?;
    let size = bytes.len() as u64;
    let digest = app.engine.store().keep(bytes).await?;
    Ok(EvidenceFile { digest, name, size, media })
}
