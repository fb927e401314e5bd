//! Locks across runs: who waits for which, and what the run has.
//!
//! A lock is the run's from the start of the first unit that wants it until the run is over. The store is the judge; what it
//! said stands in the journal, so that the state never has to ask.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::state::State;
use super::{Control, UnitState};
use crate::base::{LockName, RunId, RunbookId};
use crate::plan::{Mode, Plan, UnitIx};

/// Another run that has a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The run.
    pub run: RunId,
    /// Its runbook, for people.
    pub runbook: RunbookId,
}

/// What came of a wish for locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// All of them are the run's until it is over.
    Taken,
    /// None was taken: one of them is another run's.
    Held {
        /// That one.
        lock: LockName,
        /// Whose it is.
        by: Holder,
    },
}

impl State {
    /// The locks that the run has.
    pub const fn locks(&self) -> &BTreeSet<LockName> {
        &self.locks
    }

    /// Queued units that can not start before the run has their locks; none while nothing is to start.
    pub fn barred(&self) -> impl Iterator<Item = UnitIx> {
        let goes_on = matches!(self.control, Control::Go);
        self.barred.iter().copied().filter(move |_| goes_on)
    }

    /// Whether a unit wants a lock that the run does not have. A mock run touches nothing, so it wants none.
    pub(super) fn lacks_lock(&self, plan: &Plan, unit: UnitIx) -> bool {
        self.header.mode != Mode::Mock && !plan.unit(unit).locks.is_subset(&self.locks)
    }

    /// The run has these locks from here on: whoever only waited for them waits for a place.
    pub(super) fn take_locks(&mut self, plan: &Plan, locks: &BTreeSet<LockName>) {
        self.locks.extend(locks.iter().cloned());
        let free: Vec<UnitIx> = self.barred.iter().copied().filter(|unit| !self.lacks_lock(plan, *unit)).collect();
        for unit in free {
            self.dequeue(plan, unit);
            self.enqueue(plan, unit);
        }
    }

    /// Whether a unit waits for a lock.
    pub(super) fn is_barred(&self, unit: UnitIx) -> bool {
        self.unit(unit).state == UnitState::Queued && self.barred.contains(&unit)
    }
}
