//! From the store to a run that can be looked at or taken over.

use crate::base::{Bilingual, RunId};
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

impl Bilingual for LoadError {
    fn ko(&self) -> String {
        match self {
            Self::Store(error) => error.ko(),
            Self::Corrupt { run, corrupt } => format!(
                "실행 {run}을(를) 쓸 수 없습니다: {}. 아무 조치도 하지 않으니 저장소를 감사 담당자를 위해 그대로 \
                 보존하십시오",
                corrupt.ko()
            ),
        }
    }
}

/// Loads a run and checks everything on the way.
pub async fn load(store: &dyn Store, run: RunId) -> Result<Loaded, LoadError> {
    let stored = store.load(run).await?;
    let replayed =
        replay(run, &stored.frozen.plan, &stored.rows).map_err(|corrupt| LoadError::Corrupt { run, corrupt })?;
    Ok(Loaded { replayed, source: stored.frozen.source })
}
