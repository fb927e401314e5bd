//! The states of a unit and the one table of transitions between them.

use serde::{Deserialize, Serialize};

/// Where a unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitState {
    /// Something it needs is not ready yet.
    Pending,
    /// Eligible; waits for a free place, or for the end of a pause.
    Queued,
    /// A `run` step is at work.
    Running,
    /// A `pre` or `post` step is at work.
    Verifying,
    /// A failed step waits to be tried again.
    RetryWait,
    /// Waits for consent.
    AwaitingGate,
    /// Waits for a person's work.
    AwaitingManual,
    /// All post-checks passed.
    Ready,
    /// A person said that it is done, with evidence.
    Attested,
    /// It failed; a person decides.
    Failed,
    /// Nobody can say whether its work was done; a person decides.
    Unknown,
    /// The run goes on without it.
    Skipped,
    /// Not part of this run.
    NotSelected,
    /// Ended by the abort of the run, or not started any more because of it.
    Cancelled,
    /// It is to be undone, and waits until what was built on it is.
    AwaitingRollback,
    /// A `rollback` step is at work.
    RollingBack,
    /// What it did is undone; a person decides what follows.
    RolledBack,
}

/// What can happen to a unit, as the transition table sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitEvent {
    /// All it needs is ready.
    Eligible,
    /// A `run` step began: an action, a wait or a mark.
    BeginRun,
    /// A `pre` or `post` step began.
    BeginCheck,
    /// A gate opened.
    OpenGate,
    /// A manual step opened.
    OpenManual,
    /// The step is done; another one follows.
    StepDone,
    /// The step will be tried again after a wait.
    ScheduleRetry,
    /// An attempt ended without deciding the step yet.
    AttemptEnded,
    /// The last step is done.
    Ready,
    /// The step failed for good.
    Fail,
    /// Its outcome can not be told.
    LoseSight,
    /// A person vouches for it.
    Attest,
    /// A person, or `on_fail: skip`, lets the run go on without it.
    Skip,
    /// The unit is not part of this run.
    Deselect,
    /// The run was aborted.
    Cancel,
    /// A person starts it again.
    Reset,
    /// A unit that comes after a restarted one waits again.
    Rewind,
    /// It is to be undone.
    AskRollback,
    /// All that was built on it is undone: its own way back begins.
    TurnBack,
    /// A `rollback` step began.
    BeginRollback,
    /// All that it did is undone, or there was nothing to undo.
    RolledBack,
}

impl UnitState {
    /// All states, in the order of this table.
    pub const ALL: [Self; 17] = [
        Self::Pending,
        Self::Queued,
        Self::Running,
        Self::Verifying,
        Self::RetryWait,
        Self::AwaitingGate,
        Self::AwaitingManual,
        Self::Ready,
        Self::Attested,
        Self::Failed,
        Self::Unknown,
        Self::Skipped,
        Self::NotSelected,
        Self::Cancelled,
        Self::AwaitingRollback,
        Self::RollingBack,
        Self::RolledBack,
    ];

    /// The word in exports and style sheets.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Verifying => "verifying",
            Self::RetryWait => "retry_wait",
            Self::AwaitingGate => "awaiting_gate",
            Self::AwaitingManual => "awaiting_manual",
            Self::Ready => "ready",
            Self::Attested => "attested",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
            Self::NotSelected => "not_selected",
            Self::Cancelled => "cancelled",
            Self::AwaitingRollback => "awaiting_rollback",
            Self::RollingBack => "rolling_back",
            Self::RolledBack => "rolled_back",
        }
    }

    /// Whether what needs this unit may go on.
    pub const fn satisfies(self) -> bool {
        matches!(self, Self::Ready | Self::Attested | Self::Skipped | Self::NotSelected)
    }

    /// Whether an attempt of it is at work and holds a place.
    pub const fn occupies(self) -> bool {
        matches!(self, Self::Running | Self::Verifying | Self::RollingBack)
    }

    /// Whether it moves by itself: at work, queued, or waiting for a timer.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Verifying | Self::RetryWait | Self::RollingBack)
    }

    /// Whether it waits for a person as planned.
    pub const fn awaits_person(self) -> bool {
        matches!(self, Self::AwaitingGate | Self::AwaitingManual)
    }

    /// Whether it waits for a person's decision: something went wrong with it, or it was undone.
    pub const fn is_stuck(self) -> bool {
        matches!(self, Self::Failed | Self::Unknown | Self::RolledBack)
    }

    /// The transition table: the state that follows, or `None` where the event can not happen. Used live and on replay,
    /// so a journal that breaks it is refused, not repaired.
    pub const fn next(self, event: UnitEvent) -> Option<Self> {
        use UnitEvent as E;
        use UnitState as S;
        match (self, event) {
            (S::Pending, E::Eligible) => Some(S::Queued),
            (S::Queued, E::BeginRun) => Some(S::Running),
            (S::Queued, E::BeginCheck) => Some(S::Verifying),
            (S::Queued, E::BeginRollback) => Some(S::RollingBack),
            (S::Queued, E::OpenGate) => Some(S::AwaitingGate),
            (S::Queued, E::OpenManual) => Some(S::AwaitingManual),
            // A wait or a mark is done without an attempt; everything else first leaves its work, and the same decision says
            // what follows.
            (S::Running | S::Verifying | S::RollingBack, E::StepDone | E::AttemptEnded)
            | (S::AwaitingGate | S::AwaitingManual | S::RetryWait, E::AttemptEnded)
            | (S::Queued, E::StepDone) => Some(S::Queued),
            (S::Queued, E::ScheduleRetry) => Some(S::RetryWait),
            (S::Queued, E::Ready) => Some(S::Ready),
            (S::Queued | S::Running | S::Verifying | S::RollingBack, E::Fail) => Some(S::Failed),
            (S::Queued, E::LoseSight) => Some(S::Unknown),
            // A person may vouch for a unit or go on without it wherever nothing of it is at work.
            (
                S::Pending
                | S::Queued
                | S::RetryWait
                | S::AwaitingGate
                | S::AwaitingManual
                | S::Failed
                | S::Unknown
                | S::RolledBack,
                E::Attest,
            ) => Some(S::Attested),
            (
                S::Pending
                | S::Queued
                | S::RetryWait
                | S::AwaitingGate
                | S::AwaitingManual
                | S::Failed
                | S::Unknown
                | S::RolledBack,
                E::Skip,
            ) => Some(S::Skipped),
            (S::Pending, E::Deselect) => Some(S::NotSelected),
            (
                S::Pending
                | S::Queued
                | S::Running
                | S::Verifying
                | S::RetryWait
                | S::AwaitingGate
                | S::AwaitingManual
                | S::AwaitingRollback
                | S::RollingBack,
                E::Cancel,
            ) => Some(S::Cancelled),
            (S::Failed | S::Unknown | S::Ready | S::Attested | S::Skipped | S::RolledBack, E::Reset) => Some(S::Queued),
            (
                S::Pending
                | S::Queued
                | S::RetryWait
                | S::AwaitingGate
                | S::AwaitingManual
                | S::Ready
                | S::Attested
                | S::Failed
                | S::Unknown
                | S::Skipped
                | S::RolledBack
                | S::NotSelected,
                E::Rewind,
            ) => Some(S::Pending),
            // A wait is at work without an attempt, so even then there may be nothing to wait for.
            (
                S::Pending
                | S::Queued
                | S::Running
                | S::Verifying
                | S::RetryWait
                | S::AwaitingGate
                | S::AwaitingManual
                | S::Ready
                | S::Attested
                | S::Failed
                | S::Unknown
                | S::Skipped,
                E::AskRollback,
            ) => Some(S::AwaitingRollback),
            (S::AwaitingRollback, E::TurnBack) => Some(S::Queued),
            // Beside the end of the way back: nothing was begun, or a person vouches that it is undone.
            (
                S::Pending
                | S::Queued
                | S::RetryWait
                | S::AwaitingGate
                | S::AwaitingManual
                | S::AwaitingRollback
                | S::Failed
                | S::Unknown,
                E::RolledBack,
            ) => Some(S::RolledBack),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UnitEvent as E;
    use super::*;

    const EVENTS: [E; 21] = [
        E::Eligible,
        E::BeginRun,
        E::BeginCheck,
        E::OpenGate,
        E::OpenManual,
        E::StepDone,
        E::ScheduleRetry,
        E::AttemptEnded,
        E::Ready,
        E::Fail,
        E::LoseSight,
        E::Attest,
        E::Skip,
        E::Deselect,
        E::Cancel,
        E::Reset,
        E::Rewind,
        E::AskRollback,
        E::TurnBack,
        E::BeginRollback,
        E::RolledBack,
    ];

    /// A row a state, a column an event, in the order of the enums; `..` where the event can not happen.
    const TABLE: &str = "
        pending           qu .. .. .. .. .. .. .. .. .. .. at sk ns ca .. pe ab .. .. ro
        queued            .. ru ve ag am qu rw .. re fa un at sk .. ca .. pe ab .. rb ro
        running           .. .. .. .. .. qu .. qu .. fa .. .. .. .. ca .. .. ab .. .. ..
        verifying         .. .. .. .. .. qu .. qu .. fa .. .. .. .. ca .. .. ab .. .. ..
        retry_wait        .. .. .. .. .. .. .. qu .. .. .. at sk .. ca .. pe ab .. .. ro
        awaiting_gate     .. .. .. .. .. .. .. qu .. .. .. at sk .. ca .. pe ab .. .. ro
        awaiting_manual   .. .. .. .. .. .. .. qu .. .. .. at sk .. ca .. pe ab .. .. ro
        ready             .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. qu pe ab .. .. ..
        attested          .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. qu pe ab .. .. ..
        failed            .. .. .. .. .. .. .. .. .. .. .. at sk .. .. qu pe ab .. .. ro
        unknown           .. .. .. .. .. .. .. .. .. .. .. at sk .. .. qu pe ab .. .. ro
        skipped           .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. qu pe ab .. .. ..
        not_selected      .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. pe .. .. .. ..
        cancelled         .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..
        awaiting_rollback .. .. .. .. .. .. .. .. .. .. .. .. .. .. ca .. .. .. qu .. ro
        rolling_back      .. .. .. .. .. qu .. qu .. fa .. .. .. .. ca .. .. .. .. .. ..
        rolled_back       .. .. .. .. .. .. .. .. .. .. .. at sk .. .. qu pe .. .. .. ..";

    fn code(state: UnitState) -> &'static str {
        match state {
            UnitState::Pending => "pe",
            UnitState::Queued => "qu",
            UnitState::Running => "ru",
            UnitState::Verifying => "ve",
            UnitState::RetryWait => "rw",
            UnitState::AwaitingGate => "ag",
            UnitState::AwaitingManual => "am",
            UnitState::Ready => "re",
            UnitState::Attested => "at",
            UnitState::Failed => "fa",
            UnitState::Unknown => "un",
            UnitState::Skipped => "sk",
            UnitState::NotSelected => "ns",
            UnitState::Cancelled => "ca",
            UnitState::AwaitingRollback => "ab",
            UnitState::RollingBack => "rb",
            UnitState::RolledBack => "ro",
        }
    }

    #[test]
    fn every_pair_of_state_and_event_is_as_the_table_says() {
        let rows: Vec<Vec<&str>> = TABLE.trim().lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows.len(), UnitState::ALL.len());
        for (state, row) in UnitState::ALL.into_iter().zip(rows) {
            assert_eq!((row[0], row.len()), (state.keyword(), EVENTS.len() + 1));
            for (event, wanted) in EVENTS.into_iter().zip(&row[1..]) {
                let next = state.next(event).map_or("..", code);
                assert_eq!(next, *wanted, "{state:?} and {event:?}");
            }
        }
    }

    #[test]
    fn every_state_is_of_one_kind_and_its_place_is_its_number() {
        for (place, state) in UnitState::ALL.into_iter().enumerate() {
            assert_eq!(state as usize, place);
            let kinds = [state.satisfies(), state.is_active(), state.awaits_person(), state.is_stuck()];
            let kinds = kinds.into_iter().filter(|kind| *kind).count();
            let none = matches!(state, UnitState::Pending | UnitState::Cancelled | UnitState::AwaitingRollback);
            assert_eq!(kinds, usize::from(!none), "{state:?}");
            assert!(!state.occupies() || state.is_active(), "{state:?}");
        }
    }
}
