//! From stored rows back to the state they make: the same for recovery, verification, pages and reports.

use super::{BrokenChain, Event, Head, Illegal, Row, State};
use crate::base::{Bilingual, RunId, Timestamp};
use crate::plan::{Plan, ThawError};

/// A journal that was read back whole.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The frozen plan.
    pub plan: Plan,
    /// Where the run stands after the last row.
    pub state: State,
    /// The end of the chain.
    pub head: Head,
    /// Every event with its instant; the row's place is its index plus one.
    pub events: Vec<(Timestamp, Event)>,
}

/// Why stored rows are not the journal of a run.
#[derive(Debug, thiserror::Error)]
pub enum Corrupt {
    /// There is no row at all, or the first one declares nothing.
    #[error("row 1 of the journal does not declare run {0}")]
    Undeclared(RunId),
    /// The chain does not hold.
    #[error(transparent)]
    Chain(#[from] BrokenChain),
    /// The plan beside the journal is not the one that was declared.
    #[error(transparent)]
    Plan(#[from] ThawError),
    /// The chain holds, but tells what can not have happened.
    #[error(transparent)]
    Illegal(#[from] Illegal),
}

impl Bilingual for Corrupt {
    fn ko(&self) -> String {
        match self {
            Self::Undeclared(run) => format!("저널의 1행이 실행 {run}을(를) 선포하지 않습니다"),
            Self::Chain(broken) => broken.ko(),
            Self::Plan(thaw) => thaw.ko(),
            Self::Illegal(illegal) => illegal.ko(),
        }
    }
}

/// Checks the chain row by row, thaws the plan that the first row names, and folds all events over it.
pub fn replay(run: RunId, frozen: &str, rows: &[Row]) -> Result<Replayed, Corrupt> {
    let mut head = Head::START;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        events.push((row.at, head.accept(run, row)?));
    }
    let Some((at, declared @ Event::Declared(header))) = events.first() else {
        return Err(Corrupt::Undeclared(run));
    };
    if header.run != run {
        return Err(Corrupt::Undeclared(run));
    }
    let plan = Plan::thaw(frozen, header.plan)?;
    let mut state = State::begin(&plan, *at, declared)?;
    for (at, event) in events.iter().skip(1) {
        state.apply(&plan, *at, event)?;
    }
    Ok(Replayed { plan, state, head, events })
}
