//! What one unit took, account by account, against its target.

use serde::Serialize;

use super::super::{Account, Ledger, Live, RunStatus, State, UnitState, Verdict, origin_mark};
use crate::base::{Millis, Timestamp};
use crate::plan::{Mode, Plan, UnitIx};

/// Booked time, account by account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Accounts {
    /// Waiting for a free place.
    #[serde(rename = "queue_ms")]
    pub queue: Millis,
    /// Waiting for consent.
    #[serde(rename = "gate_ms")]
    pub gate: Millis,
    /// At work.
    #[serde(rename = "exec_ms")]
    pub exec: Millis,
    /// Between two tries.
    #[serde(rename = "retry_wait_ms")]
    pub retry_wait: Millis,
    /// Waiting for a person's work or decision.
    #[serde(rename = "manual_ms")]
    pub manual: Millis,
    /// Being checked.
    #[serde(rename = "check_ms")]
    pub check: Millis,
    /// Nobody could say.
    #[serde(rename = "unknown_ms")]
    pub unknown: Millis,
    /// Held by a pause.
    #[serde(rename = "pause_ms")]
    pub pause: Millis,
    /// Being undone.
    #[serde(rename = "rollback_ms")]
    pub rollback: Millis,
    /// Excluded from every clock of an exercise.
    #[serde(rename = "excluded_ms")]
    pub excluded: Millis,
}

impl Accounts {
    /// The accounts of a ledger, up to `now` where its clock still runs.
    pub fn of(ledger: &Ledger, now: Timestamp) -> Self {
        Self {
            queue: ledger.booked(Account::Queue, now),
            gate: ledger.booked(Account::Gate, now),
            exec: ledger.booked(Account::Exec, now),
            retry_wait: ledger.booked(Account::RetryWait, now),
            manual: ledger.booked(Account::Manual, now),
            check: ledger.booked(Account::Check, now),
            unknown: ledger.booked(Account::Unknown, now),
            pause: ledger.booked(Account::Pause, now),
            rollback: ledger.booked(Account::Rollback, now),
            excluded: ledger.booked(Account::Excluded, now),
        }
    }

    /// What is booked to one account.
    pub const fn get(&self, account: Account) -> Millis {
        match account {
            Account::Queue => self.queue,
            Account::Gate => self.gate,
            Account::Exec => self.exec,
            Account::RetryWait => self.retry_wait,
            Account::Manual => self.manual,
            Account::Check => self.check,
            Account::Unknown => self.unknown,
            Account::Pause => self.pause,
            Account::Rollback => self.rollback,
            Account::Excluded => self.excluded,
        }
    }

    /// The sum of all accounts: the wall time of the span.
    pub fn total(&self) -> Millis {
        Account::ALL.into_iter().map(|account| self.get(account)).sum()
    }
}

/// The times of one unit. After a rerun they are those of the last round; earlier rounds stand in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitTiming {
    /// When all it needs was ready and its clock started.
    pub eligible: Option<Timestamp>,
    /// When its first step began.
    pub started: Option<Timestamp>,
    /// When its post-checks had passed, or a person vouched for it.
    pub ready: Option<Timestamp>,
    /// From eligible to settled, or to `now`.
    pub elapsed: Option<Millis>,
    /// What of that counts: without what was excluded while the exercise was held.
    pub counted: Option<Millis>,
    /// Where that time went, without remainder; all zero before the unit is eligible.
    pub accounts: Accounts,
    /// Its budget.
    pub target: Option<Millis>,
    /// Verdict on the budget; `None` while it is open, and for a unit that is no part of the run.
    pub verdict: Option<Verdict>,
    /// How it does against its budget while its clock runs; `None` before, when there is nothing yet to be in time with.
    pub live: Option<Live>,
    /// From the origin of the run's clock to ready, without what was excluded.
    pub recovered_after: Option<Millis>,
    /// Verdict on `recover_by`, where the unit has one.
    pub recover_by: Option<Verdict>,
}

impl UnitTiming {
    /// The times of a unit as of `now`.
    pub fn of(plan: &Plan, state: &State, ix: UnitIx, now: Timestamp) -> Self {
        let (unit, run) = (plan.unit(ix), state.unit(ix));
        let elapsed = run.elapsed(now);
        let accounts = if run.eligible_at.is_some() { Accounts::of(&run.ledger, now) } else { Accounts::default() };
        let counted = elapsed.map(|elapsed| elapsed.saturating_sub(accounts.excluded));
        let ready = run.ready_at();
        let origin = state.mark(origin_mark(plan.body().objectives.clock));
        let recovered_after = ready.zip(origin).filter(|(ready, origin)| ready >= origin);
        let recovered_after = recovered_after.map(|(ready, origin)| state.exclusions().counted(origin, ready));
        let verdict_on = |took, budget| verdict(state, run.state, took, budget);
        Self {
            eligible: run.eligible_at,
            started: run.eligible_at.and(run.started_at),
            ready,
            elapsed,
            counted,
            accounts,
            target: unit.target,
            verdict: verdict_on(counted, unit.target),
            live: live(state, run.state, counted, unit.target),
            recovered_after,
            recover_by: unit.recover_by.and_then(|by| verdict_on(recovered_after, Some(by))),
        }
    }

    /// Time taken less the budget, in milliseconds; negative is time to spare.
    pub fn variance(&self) -> Option<i64> {
        let (took, target) = self.counted.zip(self.target)?;
        Some(i64::try_from(took.0).unwrap_or(i64::MAX) - i64::try_from(target.0).unwrap_or(i64::MAX))
    }
}

fn verdict(state: &State, unit: UnitState, took: Option<Millis>, budget: Option<Millis>) -> Option<Verdict> {
    let verdict = match unit {
        UnitState::NotSelected => None,
        UnitState::Ready | UnitState::Attested => {
            Some(took.map_or(Verdict::NotMeasured, |took| Verdict::of(took, budget)))
        }
        UnitState::Skipped => Some(Verdict::NotMeasured),
        UnitState::Cancelled => Some(Verdict::NotRecovered),
        UnitState::Pending
        | UnitState::Queued
        | UnitState::Running
        | UnitState::Verifying
        | UnitState::RetryWait
        | UnitState::AwaitingGate
        | UnitState::AwaitingManual
        | UnitState::Failed
        | UnitState::Unknown
        | UnitState::AwaitingRollback
        | UnitState::RollingBack
        | UnitState::RolledBack => {
            matches!(state.status(), RunStatus::Failed | RunStatus::Aborted).then_some(Verdict::NotRecovered)
        }
    };
    let played = state.header().mode == Mode::Mock;
    verdict.map(|verdict| if played { Verdict::Simulated } else { verdict })
}

/// Part of the target after which a unit that is not ready is at risk, in percent.
const AT_RISK: u64 = 80;

fn live(state: &State, unit: UnitState, elapsed: Option<Millis>, target: Option<Millis>) -> Option<Live> {
    let (elapsed, target) = elapsed.zip(target)?;
    if state.ended_at().is_some() || unit.satisfies() || unit == UnitState::Cancelled {
        return None;
    }
    Some(if elapsed > target {
        Live::Breached
    } else if elapsed.0.saturating_mul(100) >= target.0.saturating_mul(AT_RISK) {
        Live::AtRisk
    } else {
        Live::OnTrack
    })
}
