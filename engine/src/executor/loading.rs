//! From the store to a run that can be looked at or taken over.

use crate::base::RunId;
use crate::run::{Corrupt, Replayed, replay};
use crate::store::{Error, Store};

/// A run as its journal says.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Plan, state, events and the end of the chain.
    pub replayed: Replayed,
    /// The YAML the plan was compiled from.
    pub source: String,
}

/// Why a run can not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
    /// The journal.
    #[error("run {run} can not be used: {corrupt}; nothing is done with it, keep the store as it is for the auditor")]
    Corrupt {
        /// The run.
        run: RunId,
        /// What is wrong.
        corrupt: Corrupt,
    },
}

/// Loads a run and checks everything on the way.
pub async fn load(store: &dyn Store, run: RunId) -> Result<Loaded, LoadError> {
    let stored = store.load(run).await?;
    let replayed =
        replay(run, &stored.frozen.plan, &stored.rows).map_err(|corrupt| LoadError::Corrupt { run, corrupt })?;
    Ok(Loaded { replayed, source: stored.frozen.source })
}
