//! What this process's last commits left: enough to judge its next append without reading first.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::SqliteStore;
use crate::base::RunId;
use crate::run::RunStatus;
use crate::store::Append;
use crate::store::judge::{Held, Judgement};

/// The runs that this process last wrote to, each with the status that it wrote. Only a belief: another process may have taken
/// a run over, so whoever acts on it lets the transaction make sure.
#[derive(Debug, Default)]
pub(super) struct Belief(Mutex<HashMap<RunId, (Held, RunStatus)>>);

impl SqliteStore {
    /// What the runs of a batch are believed to be, where it brings rows alone. `None` when one of them is not known, and
    /// when more is to be written: where output goes on depends on what is kept of it, which only its table knows.
    pub(super) fn believed(&self, batch: &[Append]) -> Option<HashMap<RunId, Held>> {
        let known = self.belief.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |append: &Append| {
            let (held, status) = known.get(&append.lease.run)?;
            let brings = append.summary.status;
            let stays = status.is_open() == brings.is_open() && status.wants_engine() == brings.wants_engine();
            let rows_alone = append.output.is_empty() && append.answers.is_empty() && stays;
            rows_alone.then(|| (append.lease.run, held.clone()))
        };
        batch.iter().map(held).collect()
    }

    /// Remembers what a commit left of the runs that are still open.
    pub(super) fn believe(&self, mut held: HashMap<RunId, Held>, judgement: &Judgement<'_>) {
        let mut known = self.belief.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (append, _) in &judgement.runs {
            let (run, status) = (append.lease.run, append.summary.status);
            match held.remove(&run) {
                Some(held) if status.is_open() => known.insert(run, (held, status)),
                Some(_) | None => known.remove(&run),
            };
        }
    }

    /// Forgets what turned out not to hold, or what can not be told.
    pub(super) fn doubt(&self, batch: &[Append]) {
        let mut known = self.belief.0.lock().unwrap_or_else(PoisonError::into_inner);
        for append in batch {
            known.remove(&append.lease.run);
        }
    }
}
