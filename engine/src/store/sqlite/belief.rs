//! What this process's last commits left: enough to judge its next append without reading first.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::SqliteStore;
use crate::base::RunId;
use crate::store::Append;
use crate::store::judge::Held;

/// The runs that this process last wrote to. Only a belief: another process may have taken a run over, so whoever acts on it
/// lets the transaction make sure.
#[derive(Debug, Default)]
pub(super) struct Belief(Mutex<HashMap<RunId, Held>>);

impl SqliteStore {
    /// What the runs of a batch are believed to be; `None` when one of them is not known.
    pub(super) fn believed(&self, batch: &[Append]) -> Option<HashMap<RunId, Held>> {
        let known = self.belief.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |append: &Append| Some((append.lease.run, known.get(&append.lease.run)?.clone()));
        batch.iter().map(held).collect()
    }

    /// Remembers what a commit left of the runs that are still open.
    pub(super) fn believe(&self, held: HashMap<RunId, Held>, batch: &[Append]) {
        let mut known = self.belief.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(held);
        for append in batch.iter().filter(|append| !append.summary.status.is_open()) {
            known.remove(&append.lease.run);
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
