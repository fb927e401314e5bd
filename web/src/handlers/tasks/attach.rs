//! Files that show what was done: judged and kept, then asked for as part of the manual work.

use engine::base::{Bilingual as _, RunId, UnitId};
use engine::plan::Action;
use engine::run::{
    Act, Actor, EvidenceFile, FILES_LIMIT, FileLabel, ManualAct, ManualRefused, Media, Request, UnitState, permit,
};
use engine::store::Deed;
use serde_json::json;

use crate::app::App;
use crate::deeds::{self, Comer};
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

/// Why files are not taken: for the audit log, and for who sent them.
struct Refusal {
    code: String,
    error: Error,
}

/// Keeps files for who may hand them in: all of them or none. What then has to be asked of the run, one request a file, and
/// what was kept. A refusal stands in the audit log.
pub(crate) async fn attached(
    app: &App,
    w: Words,
    comer: &Comer,
    spot: Spot<'_>,
    files: Vec<(FileLabel, Vec<u8>)>,
) -> Result<Vec<(EvidenceFile, Request)>, Error> {
    let place = app.place_of(spot.run).await?;
    let doer = comer.at(place.org.as_ref(), Some(place.mode));
    let judged = may_attach(app, w, spot, &doer.actor, files.len()).await?.and_then(|()| told(w, files));
    let files = match judged {
        Ok(files) => files,
        Err(Refusal { code, error }) => {
            let deed = doer.deed(app.clock.now(), "manual.attach", format!("run/{}", spot.run));
            let deed = Deed { after: Some(json!({ "unit": spot.unit, "opening": spot.opening })), ..deed };
            app.record(deeds::refused(deed, &code)).await?;
            return Err(error);
        }
    };
    let mut attached = Vec::with_capacity(files.len());
    for (name, media, bytes) in files {
        let size = bytes.len() as u64;
        let digest = app.engine.store().keep(bytes).await?;
        let file = EvidenceFile { digest, name, size, media };
        let work = ManualAct::Attach { file: file.clone() };
        attached.push((file, Request::Manual { unit: spot.unit.clone(), opening: spot.opening, work }));
    }
    Ok(attached)
}

/// Whether somebody may hand so many files in; the unit must be there.
async fn may_attach(
    app: &App,
    w: Words,
    spot: Spot<'_>,
    actor: &Actor,
    more: usize,
) -> Result<Result<(), Refusal>, Error> {
    let asked = Request::Manual { unit: spot.unit.clone(), opening: spot.opening, work: ManualAct::Claim };
    if let Err(denial) = permit(actor, Act::Ask(&asked), false) {
        return Ok(Err(Refusal { code: denial.code.to_owned(), error: refused_by(w, &denial) }));
    }
    let view = app.engine.watch(spot.run).await?.borrow().clone();
    let ix = view.plan.find(spot.unit).ok_or(Error::NotFound)?;
    let at = view.state.unit(ix);
    let step = view.plan.unit(ix).step(at.step).map(|step| &step.action);
    let (Some(Action::Manual(manual)), Some(open), UnitState::AwaitingManual) = (step, &at.manual, at.state) else {
        return Ok(Err(refused(w, &ManualRefused::Lapsed)));
    };
    let room = open.files.len() + more <= FILES_LIMIT;
    let verdict = open.may_work(manual, actor).and(if room { Ok(()) } else { Err(ManualRefused::TooMany) });
    Ok(verdict.map_err(|why| refused(w, &why)))
}

fn refused(w: Words, why: &ManualRefused) -> Refusal {
    let (code, message) = (why.code().to_owned(), w.text(&why.text()).to_owned());
    Refusal { error: Error::Refused { code: code.clone(), message }, code }
}

/// What each file is, told from its content.
fn told(w: Words, files: Vec<(FileLabel, Vec<u8>)>) -> Result<Vec<(FileLabel, Media, Vec<u8>)>, Refusal> {
    let told = files.into_iter().map(|(name, bytes)| match Media::of(&bytes) {
        Ok(media) => Ok((name, media, bytes)),
        Err(unwanted) => {
            let message = format!("{}: {}", name.as_str(), w.text(&unwanted.text()));
            let code = unwanted.code().to_owned();
            Err(Refusal { error: Error::Refused { code: code.clone(), message }, code })
        }
    });
    told.collect()
}
