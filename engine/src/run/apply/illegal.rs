//! Why a row can not stand where it stands.

use super::super::{UnitEvent, UnitState};
use crate::base::UnitId;

/// Why an event can not have happened: the journal is corrupt, or belongs to another plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    /// A journal begins with its declaration, once.
    #[error("row {seq}: a journal begins with its declaration and has no second one")]
    Declaration {
        /// The row.
        seq: u64,
    },
    /// An event of a unit without a unit, or the reverse.
    #[error("row {seq}: the event does not belong where it stands")]
    Misplaced {
        /// The row.
        seq: u64,
    },
    /// The plan has no such unit.
    #[error("row {seq}: the plan has no unit {unit}")]
    NoSuchUnit {
        /// The row.
        seq: u64,
        /// The unit.
        unit: UnitId,
    },
    /// The transition table has no such entry.
    #[error("row {seq}: a unit that is {from:?} can not take {event:?} (unit {unit})")]
    Transition {
        /// The row.
        seq: u64,
        /// The unit.
        unit: UnitId,
        /// Its state.
        from: UnitState,
        /// What was to happen.
        event: UnitEvent,
    },
    /// An attempt, a gate or a step that is not there.
    #[error("row {seq}: unit {unit} has no such {what}")]
    Mismatch {
        /// The row.
        seq: u64,
        /// The unit.
        unit: UnitId,
        /// What is missing.
        what: &'static str,
    },
    /// The run is over; nothing follows.
    #[error("row {seq}: the run is over, nothing can follow")]
    Over {
        /// The row.
        seq: u64,
    },
    /// An earlier instant than the row before.
    #[error("row {seq}: its time is earlier than that of the row before")]
    Time {
        /// The row.
        seq: u64,
    },
}
