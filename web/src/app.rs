//! What every handler can reach.

use std::io;
use std::ops::Deref;
use std::sync::Arc;

use engine::base::{Clock, IdSource, OrgId, RunId, RunbookId};
use engine::executor::Engine;
use engine::plan::{Library, Mode};
use engine::secrets::Sealed;
use engine::store::{Changed, Deed, RunFilter};
use paper::pdf::Press;
use tokio_util::sync::CancellationToken;

use crate::accounts::SignIns;
use crate::accounts::doors::{Doors, Outsiders};
use crate::api::Paces;
use crate::board::Board;
use crate::error::Error;
use crate::handlers::runbooks::Foresight;
use crate::live::Hub;
use crate::report::Shelf;

/// The parts that a console is made of.
#[derive(Debug)]
pub struct Parts {
    /// The key that secrets of people are sealed with, where there is one.
    pub sealed: Option<Sealed>,
    /// The runs.
    pub engine: Engine,
    /// The runbooks.
    pub library: Arc<Library>,
    /// What sets reports for print.
    pub press: Press,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids of requests and runs come from.
    pub ids: Arc<dyn IdSource>,
    /// Cancelled when the process is about to end: streams then end, so that it can.
    pub stopping: CancellationToken,
}

/// Everything behind the handlers.
#[derive(Debug)]
pub struct Inner {
    parts: Parts,
    /// Signing in and out.
    pub sign_ins: SignIns,
    /// Doors for people whose accounts somebody else keeps.
    pub doors: Doors,
    /// Their accounts here.
    pub outsiders: Outsiders,
    /// The pages of runs, rendered once a change.
    pub hub: Hub,
    /// What nearly every page needs.
    pub board: Board,
    /// How often callers of the API may ask.
    pub paces: Paces,
    /// Reports of runs that are over.
    pub reports: Shelf,
    /// Forecasts that were made already.
    pub foresight: Foresight,
}

/// Where a run belongs: what decides who may see it and act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its organisation; `None` is the top of the tree.
    pub org: Option<OrgId>,
    /// Its mode.
    pub mode: Mode,
    /// Its runbook.
    pub runbook: RunbookId,
}

/// Shared by all handlers; cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

impl App {
    /// Joins the parts, with no accounts but our own.
    pub fn new(parts: Parts) -> Self {
        Self::with_doors(parts, Doors::default())
    }

    /// Joins the parts, with doors for people whose accounts somebody else keeps.
    pub fn with_doors(parts: Parts, doors: Doors) -> Self {
        let sign_ins = SignIns::new(Arc::clone(parts.engine.store()), Arc::clone(&parts.clock), parts.sealed.clone());
        let outsiders = Outsiders::new(Arc::clone(parts.engine.store()), Arc::clone(&parts.clock));
        let hub = Hub::new(parts.engine.clone(), parts.stopping.clone());
        Self(Arc::new(Inner {
            parts,
            sign_ins,
            doors,
            outsiders,
            hub,
            board: Board::default(),
            paces: Paces::default(),
            reports: Shelf::default(),
            foresight: Foresight::default(),
        }))
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl App {
    /// Where a run belongs. Asks for one row of the list of runs, however long the journal is.
    pub async fn place_of(&self, run: RunId) -> Result<Place, Error> {
        let before = run.0.as_u128().checked_add(1).map(|next| RunId(uuid::Uuid::from_u128(next)));
        let filter = RunFilter { before, limit: 1, ..RunFilter::default() };
        let found = self.engine.store().runs(filter).await?.into_iter().find(|entry| entry.run == run);
        let summary = found.ok_or(Error::NotFound)?.summary;
        Ok(Place { org: summary.organisation, mode: summary.mode, runbook: summary.runbook })
    }

    /// Writes a deed that changed nothing into the audit log: a refusal, a sign-in that failed.
    pub async fn record(&self, deed: Deed) -> Result<(), Error> {
        match self.engine.store().change(deed.at, Vec::new(), vec![deed]).await? {
            // Without changes there is nothing that could be stale.
            Changed::Done | Changed::Stale { .. } => Ok(()),
        }
    }

    /// Asks the library, off the async threads: it reads and compiles what has changed.
    pub async fn runbooks<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Library) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let library = Arc::clone(&self.library);
        let work = tokio::task::spawn_blocking(move || ask(&library));
        let answer = work.await.map_err(|why| Error::Internal(why.to_string()))?;
        answer.map_err(|why| Error::Library(why.to_string()))
    }
}
