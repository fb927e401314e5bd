//! Files that show what was done: judged and kept, then asked for as part of the manual work.

use engine::base::{Bilingual as _, RunId, UnitId};
use engine::plan::Action;
use engine::run::{
    Act, Actor, EvidenceFile, FILES_LIMIT, FileLabel, ManualAct, ManualRefused, Media, Request, UnitState, permit,
};

use crate::app::App;
use crate::deeds::Comer;
use crate::error::{Error, refused_by};
use crate::i18n::Words;

/// Manual work of a run to which files are handed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    /// The run.
    pub(crate) run: RunId,
    /// The unit.
    pub(crate) unit: &'a UnitId,
    /// The opening that was shown; whatever is open where absent.
    pub(crate) opening: Option<u32>,
}

/// Keeps files for who may hand them in. What then has to be asked of the run, one request a file, and what was kept.
pub(crate) async fn attached(
    app: &App,
    w: Words,
    comer: &Comer,
    spot: Spot<'_>,
    files: Vec<(FileLabel, Vec<u8>)>,
) -> Result<Vec<(EvidenceFile, Request)>, Error> {
    let place = app.place_of(spot.run).await?;
    let actor = comer.at(place.org.as_ref(), Some(place.mode)).actor;
    may_attach(app, w, spot, &actor, files.len()).await?;
    let mut attached = Vec::with_capacity(files.len());
    for (label, bytes) in files {
        let file = keep(app, w, label, bytes).await?;
        let work = ManualAct::Attach { file: file.clone() };
        attached.push((file, Request::Manual { unit: spot.unit.clone(), opening: spot.opening, work }));
    }
    Ok(attached)
}

/// Nothing is kept for somebody who may not hand it in.
async fn may_attach(app: &App, w: Words, spot: Spot<'_>, actor: &Actor, more: usize) -> Result<(), Error> {
    let asked = Request::Manual { unit: spot.unit.clone(), opening: spot.opening, work: ManualAct::Claim };
    permit(actor, Act::Ask(&asked), false).map_err(|denial| refused_by(w, denial))?;
    let view = app.engine.watch(spot.run).await?.borrow().clone();
    let ix = view.plan.find(spot.unit).ok_or(Error::NotFound)?;
    let at = view.state.unit(ix);
    let step = view.plan.unit(ix).step(at.step).map(|step| &step.action);
    let (Some(Action::Manual(manual)), Some(open), UnitState::AwaitingManual) = (step, &at.manual, at.state) else {
        return Err(refused(w, &ManualRefused::Lapsed));
    };
    let room = open.files.len() + more <= FILES_LIMIT;
    let verdict = open.may_work(manual, actor).and(if room { Ok(()) } else { Err(ManualRefused::TooMany) });
    verdict.map_err(|why| refused(w, &why))
}

fn refused(w: Words, why: &ManualRefused) -> Error {
    Error::Refused { code: why.code().to_owned(), message: w.text(&why.text()).to_owned() }
}

async fn keep(app: &App, w: Words, name: FileLabel, bytes: Vec<u8>) -> Result<EvidenceFile, Error> {
    let media = Media::of(&bytes).map_err(|unwanted| {
        let why = w.text(&unwanted.text()).to_owned();
        Error::Refused { code: unwanted.code().to_owned(), message: format!("{}: {why}", name.as_str()) }
    })?;
    let size = bytes.len() as u64;
    let digest = app.engine.store().keep(bytes).await?;
    Ok(EvidenceFile { digest, name, size, media })
}
