//! A unit that starts when another run has come somewhere.

use serde::{Deserialize, Serialize};

use super::MarkKind;
use crate::base::{RunbookId, UnitId};

/// What a unit waits for in a run of another runbook, beside what it needs in its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartsOn {
    /// The other runbook.
    pub runbook: RunbookId,
    /// Where its run must have come.
    pub reach: Reach,
}

/// A place in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// A unit has begun.
    Started(UnitId),
    /// A unit is ready, by its own steps or by a person's word.
    Ready(UnitId),
    /// A milestone is recorded.
    Mark(MarkKind),
}
