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
    /// A `rollback` step at work.
    Rollback,
    /// Excluded from every clock of an exercise.
    Excluded,
}

/// What holds the clocks of a run's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Nothing.
    Nothing,
    /// A pause: who could have started waits for its end.
    Pause,
    /// The exercise is held: no clock counts.
    Exercise,
}

impl Account {
    /// All accounts in the order of this table.
    pub const ALL: [Self; 10] = [
        Self::Queue,
        Self::Gate,
        Self::Exec,
        Self::RetryWait,
        Self::Manual,
        Self::Check,
        Self::Unknown,
        Self::Pause,
        Self::Rollback,
        Self::Excluded,
    ];

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
            Self::Rollback => "rollback",
            Self::Excluded => "excluded",
        }
    }

    /// The account of a unit in a state; `None` while its clock does not run.
    pub const fn of_unit(state: UnitState, holding: Holding) -> Option<Self> {
        match (Self::of_going(state), holding) {
            (Some(_), Holding::Exercise) => Some(Self::Excluded),
            (Some(_), Holding::Pause) if matches!(state, UnitState::Queued) => Some(Self::Pause),
            (account, Holding::Nothing | Holding::Pause | Holding::Exercise) => account,
        }
    }

    const fn of_going(state: UnitState) -> Option<Self> {
        match state {
            UnitState::Queued | UnitState::AwaitingRollback => Some(Self::Queue),
            UnitState::Running => Some(Self::Exec),
            UnitState::Verifying => Some(Self::Check),
            UnitState::RetryWait => Some(Self::RetryWait),
            UnitState::AwaitingGate => Some(Self::Gate),
            UnitState::AwaitingManual | UnitState::Failed => Some(Self::Manual),
            UnitState::Unknown => Some(Self::Unknown),
            UnitState::RollingBack => Some(Self::Rollback),
            UnitState::Pending
            | UnitState::Ready
            | UnitState::Attested
            | UnitState::Skipped
            | UnitState::NotSelected
            | UnitState::Cancelled
            | UnitState::RolledBack => None,
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

    /// Books time that has passed already, while no account was open.
    pub fn book(&mut self, account: Account, time: Millis) {
        let cell = &mut self.booked[account as usize];
        *cell = *cell + time;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp(1_700_000_000_000 + millis)
    }

    #[test]
    fn every_millisecond_goes_to_the_account_that_is_open() {
        let mut ledger = Ledger::default();
        ledger.switch(at(0), Some(Account::Queue));
        ledger.switch(at(7), Some(Account::Exec));
        ledger.switch(at(7), Some(Account::RetryWait));
        ledger.switch(at(20), Some(Account::Exec));
        ledger.switch(at(121), None);
        ledger.switch(at(500), Some(Account::Gate));
        let now = at(502);
        let booked = Account::ALL.map(|account| ledger.booked(account, now).0);
        assert_eq!(booked, [7, 2, 101, 13, 0, 0, 0, 0, 0, 0]);
        assert_eq!(ledger.total(now), Millis(123));
    }

    #[test]
    fn an_account_that_stays_open_loses_nothing() {
        let mut often = Ledger::default();
        let mut once = Ledger::default();
        once.switch(at(0), Some(Account::Check));
        for instant in 0..10 {
            often.switch(at(instant), Some(Account::Check));
        }
        assert_eq!(often, once);
        assert_eq!(often.total(at(10)), Millis(10));
    }

    #[test]
    fn a_closed_ledger_stands_still() {
        let mut ledger = Ledger::default();
        ledger.switch(at(0), Some(Account::Exec));
        ledger.switch(at(5), None);
        assert_eq!(ledger.total(at(1_000)), Millis(5));
    }

    #[test]
    fn each_state_has_its_account() {
        use Account as A;
        use UnitState as S;
        let rows = [
            (S::Pending, None),
            (S::Queued, Some(A::Queue)),
            (S::Running, Some(A::Exec)),
            (S::Verifying, Some(A::Check)),
            (S::RetryWait, Some(A::RetryWait)),
            (S::AwaitingGate, Some(A::Gate)),
            (S::AwaitingManual, Some(A::Manual)),
            (S::Ready, None),
            (S::Attested, None),
            (S::Failed, Some(A::Manual)),
            (S::Unknown, Some(A::Unknown)),
            (S::Skipped, None),
            (S::NotSelected, None),
            (S::Cancelled, None),
            (S::AwaitingRollback, Some(A::Queue)),
            (S::RollingBack, Some(A::Rollback)),
            (S::RolledBack, None),
        ];
        for (state, account) in rows {
            assert_eq!(Account::of_unit(state, Holding::Nothing), account, "{state:?}");
            // A pause takes over the time of those who could have started, and of nobody else.
            let paused = if state == S::Queued { Some(A::Pause) } else { account };
            assert_eq!(Account::of_unit(state, Holding::Pause), paused, "{state:?} while paused");
            // Where the exercise is held, nobody's time counts.
            let excluded = account.map(|_| A::Excluded);
            assert_eq!(Account::of_unit(state, Holding::Exercise), excluded, "{state:?} while the exercise is held");
        }
    }
}
