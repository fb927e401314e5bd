//! Where the time went. Every millisecond of a span is booked to exactly one account, so the accounts add up to the wall.

use serde::{Deserialize, Serialize};

use super::UnitState;
use crate::base::{Millis, Timestamp};

/// An account that time is booked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Eligible, waiting for a free place.
    Queue,
    /// Waiting for the consent of people.
    Gate,
    /// A `run` step at work.
    Exec,
    /// Waiting to try again.
    RetryWait,
    /// Waiting for a person: manual work, or a decision about a failure.
    Manual,
    /// A `pre` or `post` step at work, or a probe.
    Check,
    /// Nobody could say where it stood.
    Unknown,
    /// Held by a pause.
    Pause,
}

impl Account {
    /// All accounts in the order of this table.
    pub const ALL: [Self; 8] =
        [Self::Queue, Self::Gate, Self::Exec, Self::RetryWait, Self::Manual, Self::Check, Self::Unknown, Self::Pause];

    /// The word in exports.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Gate => "gate",
            Self::Exec => "exec",
            Self::RetryWait => "retry_wait",
            Self::Manual => "manual",
            Self::Check => "check",
            Self::Unknown => "unknown",
            Self::Pause => "pause",
        }
    }

    /// The account of a unit in a state; `None` while its clock does not run. `held` is whether the run is paused.
    pub const fn of_unit(state: UnitState, held: bool) -> Option<Self> {
        match state {
            UnitState::Queued if held => Some(Self::Pause),
            UnitState::Queued => Some(Self::Queue),
            UnitState::Running => Some(Self::Exec),
            UnitState::Verifying => Some(Self::Check),
            UnitState::RetryWait => Some(Self::RetryWait),
            UnitState::AwaitingGate => Some(Self::Gate),
            UnitState::AwaitingManual | UnitState::Failed => Some(Self::Manual),
            UnitState::Unknown => Some(Self::Unknown),
            UnitState::Pending
            | UnitState::Ready
            | UnitState::Attested
            | UnitState::Skipped
            | UnitState::NotSelected
            | UnitState::Cancelled => None,
        }
    }
}

/// Accounts of one span of time, a unit's or a run's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    booked: [Millis; Account::ALL.len()],
    open: Option<(Account, Timestamp)>,
}

impl Ledger {
    /// From `at` on, time goes to `account`; `None` stops the clock.
    pub fn switch(&mut self, at: Timestamp, account: Option<Account>) {
        if let Some((open, since)) = self.open {
            if Some(open) == account {
                return;
            }
            let cell = &mut self.booked[open as usize];
            *cell = *cell + at.since(since);
        }
        self.open = account.map(|account| (account, at));
    }

    /// Time booked to an account, up to `now` where its clock still runs.
    pub fn booked(&self, account: Account, now: Timestamp) -> Millis {
        let running = match self.open {
            Some((open, since)) if open == account => now.since(since),
            _ => Millis::ZERO,
        };
        self.booked[account as usize] + running
    }

    /// Time booked to all accounts.
    pub fn total(&self, now: Timestamp) -> Millis {
        Account::ALL.into_iter().map(|account| self.booked(account, now)).sum()
    }
}
