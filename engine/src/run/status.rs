//! Run status as one pure function of the states of its units. `docs/ARCHITECTURE.md` prints it as a truth table.

use serde::{Deserialize, Serialize};

use super::{End, UnitState};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Declared, not started by any engine yet.
    Declared,
    /// Something moves by itself.
    Running,
    /// Nothing moves but people are asked, as planned.
    Waiting,
    /// An operator, or a unit's `on_fail: pause`, holds it.
    Paused,
    /// Nothing moves before a person decides about failed, unknown or undone units.
    Failed,
    /// Being ended.
    Aborting,
    /// Over: every unit is ready, attested, skipped or not selected.
    Completed,
    /// Over: somebody ended it.
    Aborted,
}

/// What holds for a run as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// No engine has taken it yet.
    New,
    /// Steps are started.
    Go,
    /// No step is started.
    Hold,
    /// Being ended.
    Abort,
    /// Over.
    Over(End),
}

/// How many units are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census([u32; UnitState::ALL.len()]);

impl Census {
    /// Units in a state.
    pub const fn of(&self, state: UnitState) -> u32 {
        self.0[state as usize]
    }

    /// Units in any state that fits.
    pub fn count(&self, fits: impl Fn(UnitState) -> bool) -> u32 {
        UnitState::ALL.into_iter().filter(|state| fits(*state)).map(|state| self.of(state)).sum()
    }

    pub(super) const fn enter(&mut self, state: UnitState) {
        self.0[state as usize] += 1;
    }

    pub(super) const fn leave(&mut self, state: UnitState) {
        self.0[state as usize] -= 1;
    }
}

/// The status of a run.
pub fn status(control: Control, units: &Census) -> RunStatus {
    match control {
        Control::Over(End::Completed) => RunStatus::Completed,
        Control::Over(End::Aborted) => RunStatus::Aborted,
        Control::Abort => RunStatus::Aborting,
        Control::Hold => RunStatus::Paused,
        Control::New => RunStatus::Declared,
        Control::Go if units.count(UnitState::is_active) > 0 => RunStatus::Running,
        Control::Go if units.count(UnitState::awaits_person) > 0 => RunStatus::Waiting,
        Control::Go if units.count(UnitState::is_stuck) > 0 => RunStatus::Failed,
        // Nothing left to do: the same decision that got here also ends the run.
        Control::Go => RunStatus::Running,
    }
}

impl RunStatus {
    /// The word in exports and style sheets.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Failed => "failed",
            Self::Aborting => "aborting",
            Self::Completed => "completed",
            Self::Aborted => "aborted",
        }
    }

    /// Whether requests can still change it.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Completed | Self::Aborted)
    }

    /// Whether an engine must hold the run even if nobody asks anything of it.
    pub const fn wants_engine(self) -> bool {
        self.is_open() && !matches!(self, Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::UnitState as S;
    use super::*;

    fn of(control: Control, states: &[S]) -> RunStatus {
        let mut census = Census::default();
        for state in states {
            census.enter(*state);
        }
        status(control, &census)
    }

    #[test]
    fn the_truth_table_holds_row_by_row() {
        let rows: [(Control, &[S], RunStatus); 32] = [
            (Control::New, &[S::Pending], RunStatus::Declared),
            (Control::Go, &[S::Queued], RunStatus::Running),
            (Control::Go, &[S::Running], RunStatus::Running),
            (Control::Go, &[S::Verifying], RunStatus::Running),
            (Control::Go, &[S::RetryWait], RunStatus::Running),
            // Work before waiting as planned, waiting as planned before trouble.
            (Control::Go, &[S::Running, S::AwaitingGate, S::Failed], RunStatus::Running),
            (Control::Go, &[S::RetryWait, S::Unknown], RunStatus::Running),
            (Control::Go, &[S::AwaitingGate], RunStatus::Waiting),
            (Control::Go, &[S::AwaitingManual], RunStatus::Waiting),
            (Control::Go, &[S::AwaitingGate, S::Failed], RunStatus::Waiting),
            (Control::Go, &[S::AwaitingManual, S::Unknown, S::Pending], RunStatus::Waiting),
            // Failed and unknown behave alike.
            (Control::Go, &[S::Failed], RunStatus::Failed),
            (Control::Go, &[S::Unknown], RunStatus::Failed),
            (Control::Go, &[S::Failed, S::Pending, S::Ready], RunStatus::Failed),
            (Control::Go, &[S::Unknown, S::Pending, S::Skipped], RunStatus::Failed),
            // What waits to be undone does not move by itself; what it waits for does, or asks.
            (Control::Go, &[S::RollingBack, S::AwaitingRollback], RunStatus::Running),
            (Control::Go, &[S::AwaitingManual, S::AwaitingRollback], RunStatus::Waiting),
            (Control::Go, &[S::Failed, S::AwaitingRollback], RunStatus::Failed),
            (Control::Go, &[S::RolledBack, S::Pending, S::Ready], RunStatus::Failed),
            (Control::Hold, &[S::RollingBack, S::AwaitingRollback], RunStatus::Paused),
            (Control::Go, &[S::Ready, S::Attested, S::Skipped, S::NotSelected], RunStatus::Running),
            // What holds for the run as a whole comes before everything its units say.
            (Control::Hold, &[S::Running], RunStatus::Paused),
            (Control::Hold, &[S::AwaitingGate], RunStatus::Paused),
            (Control::Hold, &[S::Failed], RunStatus::Paused),
            (Control::Hold, &[S::Queued, S::Pending], RunStatus::Paused),
            (Control::Abort, &[S::Running], RunStatus::Aborting),
            (Control::Abort, &[S::Failed], RunStatus::Aborting),
            (Control::Abort, &[S::Cancelled], RunStatus::Aborting),
            (Control::Over(End::Completed), &[S::Ready], RunStatus::Completed),
            (Control::Over(End::Completed), &[S::Ready, S::Skipped], RunStatus::Completed),
            (Control::Over(End::Aborted), &[S::Ready], RunStatus::Aborted),
            (Control::Over(End::Aborted), &[S::Failed, S::Cancelled], RunStatus::Aborted),
        ];
        for (control, states, wanted) in rows {
            assert_eq!(of(control, states), wanted, "{control:?} with {states:?}");
        }
    }

    #[test]
    fn a_census_counts_what_enters_and_leaves() {
        let mut census = Census::default();
        census.enter(S::Running);
        census.enter(S::Verifying);
        census.enter(S::Failed);
        census.leave(S::Running);
        assert_eq!((census.of(S::Running), census.of(S::Verifying)), (0, 1));
        assert_eq!((census.count(S::occupies), census.count(S::is_stuck)), (1, 1));
    }

    #[test]
    fn only_open_runs_that_move_want_an_engine() {
        let wanting =
            [RunStatus::Declared, RunStatus::Running, RunStatus::Waiting, RunStatus::Paused, RunStatus::Aborting];
        for status in wanting {
            assert!(status.wants_engine() && status.is_open(), "{status:?}");
        }
        assert!(!RunStatus::Failed.wants_engine() && RunStatus::Failed.is_open());
        assert!(!RunStatus::Completed.is_open() && !RunStatus::Aborted.is_open());
    }
}
