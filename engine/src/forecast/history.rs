//! What units took in past runs.

use std::collections::BTreeMap;

use crate::base::{Millis, UnitId};
use crate::plan::{Plan, UnitIx};

/// Past runs of a unit that it takes before its past says more than its target.
pub const ENOUGH: usize = 3;

/// What units took in past runs, unit by unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Ascending.
    taken: BTreeMap<UnitId, Vec<Millis>>,
}

impl History {
    /// From what units took, from eligible to ready, in whatever order. Only what really happened belongs here: no mock
    /// runs, nothing skipped, nothing that a person vouched for.
    pub fn of(taken: impl IntoIterator<Item = (UnitId, Millis)>) -> Self {
        let mut units: BTreeMap<UnitId, Vec<Millis>> = BTreeMap::new();
        for (unit, took) in taken {
            units.entry(unit).or_default().push(took);
        }
        for taken in units.values_mut() {
            taken.sort_unstable();
        }
        Self { taken: units }
    }

    /// What a unit took, ascending; empty where that is too little to go by.
    pub fn of_unit(&self, unit: &UnitId) -> &[Millis] {
        self.taken.get(unit).map(Vec::as_slice).filter(|taken| taken.len() >= ENOUGH).unwrap_or_default()
    }

    /// The least time within which a unit was done in at least `percent` of its past runs; `None` where its past is too
    /// short to say.
    pub fn percentile(&self, unit: &UnitId, percent: u32) -> Option<Millis> {
        percentile(self.of_unit(unit), percent)
    }
}

/// The nearest-rank percentile of ascending values.
pub(super) fn percentile(ascending: &[Millis], percent: u32) -> Option<Millis> {
    let rank = (ascending.len() * percent as usize).div_ceil(100).max(1);
    ascending.get(rank - 1).copied()
}

/// What is expected of a run while it goes, out of its past: a middling and a bad case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prospects {
    /// Past runs behind it.
    pub runs: u32,
    /// Every unit takes what half of its past runs did not exceed.
    pub p50: Expected,
    /// Every unit takes what nine of ten of its past runs did not exceed.
    pub p90: Expected,
}

impl Prospects {
    /// `None` where no unit of the plan has enough of a past: then its targets say all there is.
    pub fn of(plan: &Plan, history: &History, runs: usize) -> Option<Self> {
        let [p50, p90] = [50, 90].map(|percent| Expected::percentile(plan, history, percent));
        let runs = u32::try_from(runs).unwrap_or(u32::MAX);
        (p50.known() > 0).then_some(Self { runs, p50, p90 })
    }
}

/// What each unit of a plan is expected to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    takes: Vec<Millis>,
    known: u32,
}

impl Expected {
    /// The targets; nothing where a unit has none.
    pub fn targets(plan: &Plan) -> Self {
        let takes = plan.units().iter().map(|unit| unit.target.unwrap_or_default()).collect();
        Self { takes, known: 0 }
    }

    /// What a share of the past of each unit did not exceed, and the targets of those with too little of a past.
    pub fn percentile(plan: &Plan, history: &History, percent: u32) -> Self {
        let mut expected = Self::targets(plan);
        for (unit, takes) in plan.units().iter().zip(&mut expected.takes) {
            if let Some(past) = history.percentile(&unit.id, percent) {
                *takes = past;
                expected.known += 1;
            }
        }
        expected
    }

    /// What a unit is expected to take.
    pub fn of(&self, unit: UnitIx) -> Millis {
        self.takes.get(unit.at()).copied().unwrap_or_default()
    }

    /// How many units it is their past that tells.
    pub const fn known(&self) -> u32 {
        self.known
    }
}
