//! Units that wait for another run.

use super::state::State;
use super::{Cause, Control};
use crate::base::RunId;
use crate::plan::{Plan, UnitIx};

/// What a unit knows of the run that it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elsewhere {
    /// The run that it waits for; `Some(None)` while there is none.
    pub awaits: Option<Option<RunId>>,
    /// That run has come where it was to come.
    pub reached: bool,
}

/// What is heard of another run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It is this run that is waited for; `None` while there is none.
    Awaits(Option<RunId>),
    /// It has come where it was to come; `None` in a mock run that is played alone.
    Reached(Option<RunId>),
    /// It will not come there any more.
    Missed(Cause),
}

impl State {
    /// Queued units that wait for another run; none while nothing is to start.
    pub fn awaiting(&self) -> impl Iterator<Item = UnitIx> {
        let goes_on = matches!(self.control, Control::Go);
        self.waiting.iter().copied().filter(move |_| goes_on)
    }

    /// Whether a unit may not start before another run has come somewhere. The way back waits for nobody.
    pub(super) fn lacks_start(&self, plan: &Plan, unit: UnitIx) -> bool {
        let run = self.unit(unit);
        plan.unit(unit).starts_on.is_some() && !run.elsewhere.reached && !run.undoing
    }

    /// The other run has come where it was to come.
    pub(super) fn reach(&mut self, plan: &Plan, unit: UnitIx) {
        self.dequeue(plan, unit);
        self.units[unit.at()].elsewhere.reached = true;
        self.enqueue(plan, unit);
    }
}
