//! Why a row can not stand where it stands.

use super::super::{UnitEvent, UnitState};
use crate::base::{Bilingual, UnitId};

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

impl Bilingual for Illegal {
    fn ko(&self) -> String {
        match self {
            Self::Declaration { seq } => format!("{seq}행: 저널은 선포 하나로 시작하며 두 번째 선포는 없습니다"),
            Self::Misplaced { seq } => format!("{seq}행: 이 자리에 올 수 없는 사건입니다"),
            Self::NoSuchUnit { seq, unit } => format!("{seq}행: 계획에 {unit} 단위가 없습니다"),
            Self::Transition { seq, unit, from, event } => {
                format!("{seq}행: {from:?} 상태의 {unit} 단위에는 {event:?} 사건이 올 수 없습니다")
            }
            Self::Mismatch { seq, unit, what } => format!("{seq}행: {unit} 단위에 그런 것이 없습니다 ({what})"),
            Self::Over { seq } => format!("{seq}행: 실행이 끝난 뒤에는 아무것도 올 수 없습니다"),
            Self::Time { seq } => format!("{seq}행: 앞 행보다 이른 시각입니다"),
        }
    }
}
