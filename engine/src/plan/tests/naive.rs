//! Waiting as the language defines it, unit by unit: no barriers, no order, every path walked.

use std::collections::BTreeSet;

use crate::plan::{Body, StageFlow, StageIx};

/// Who waits for whom, and what each unit weighs.
pub(super) struct Naive {
    waits: Vec<BTreeSet<usize>>,
    names: Vec<BTreeSet<usize>>,
    weights: Vec<u64>,
    holds: Vec<u64>,
}

impl Naive {
    pub(super) fn of(body: &Body) -> Self {
        let whole = |stage: &StageIx| body.stages[stage.at()].units.clone().map(|unit| unit as usize);
        let names_of = |at: usize| {
            let unit = &body.units[at];
            let stage = &body.stages[unit.stage.at()];
            let mut names: BTreeSet<usize> = unit.needs.iter().map(|need| need.at()).collect();
            if stage.flow == StageFlow::Sequential && at > stage.units.start as usize {
                names.insert(at - 1);
            }
            names
        };
        let waits_of = |at: usize| {
            let unit = &body.units[at];
            let stages = unit.needs_stages.iter().chain(&body.stages[unit.stage.at()].needs);
            names_of(at).into_iter().chain(stages.flat_map(whole)).collect()
        };
        let weigh = |at: usize| match &body.units[at] {
            unit if unit.rto_exclude => 0,
            unit => unit.target.map_or(0, |target| target.0),
        };
        let hold = |at: usize| match body.units[at].usable {
            Some(usable) => usable.within.0.min(weigh(at)),
            None => weigh(at),
        };
        let count = body.units.len();
        Self {
            waits: (0..count).map(waits_of).collect(),
            names: (0..count).map(names_of).collect(),
            weights: (0..count).map(weigh).collect(),
            holds: (0..count).map(hold).collect(),
        }
    }

    /// Whether `unit` waits for `needed` as a unit, not only as a part of a stage.
    pub(super) fn names(&self, unit: usize, needed: usize) -> bool {
        self.names[unit].contains(&needed)
    }

    /// Whether `unit` itself waits for `needed`.
    pub(super) fn waits(&self, unit: usize, needed: usize) -> bool {
        self.waits[unit].contains(&needed)
    }

    /// What every unit waits for, over others too: grown until nothing is added.
    pub(super) fn closure(&self) -> Vec<BTreeSet<usize>> {
        let mut all = self.waits.clone();
        loop {
            let grown: Vec<BTreeSet<usize>> = all
                .iter()
                .map(|waits| waits.iter().flat_map(|need| &all[*need]).chain(waits).copied().collect())
                .collect();
            if grown == all {
                return all;
            }
            all = grown;
        }
    }

    /// The sets of units that all wait for each other.
    pub(super) fn knots(&self) -> BTreeSet<BTreeSet<usize>> {
        let closure = self.closure();
        (0..closure.len())
            .filter(|unit| closure[*unit].contains(unit))
            .map(|unit| closure[unit].iter().copied().filter(|other| closure[*other].contains(&unit)).collect())
            .collect()
    }

    /// Every path that ends with `unit` and begins anywhere. Only without circles.
    pub(super) fn paths_to(&self, unit: usize) -> Vec<Vec<usize>> {
        let mut paths = vec![vec![unit]];
        for need in &self.waits[unit] {
            for mut path in self.paths_to(*need) {
                path.push(unit);
                paths.push(path);
            }
        }
        paths
    }

    /// What a path weighs, in milliseconds: its last unit all that it takes, the others until what comes next may begin.
    pub(super) fn length(&self, path: &[usize]) -> u64 {
        let Some((last, before)) = path.split_last() else { return 0 };
        before.iter().map(|unit| self.holds[*unit]).sum::<u64>() + self.weights[*last]
    }

    pub(super) fn weight(&self, unit: usize) -> u64 {
        self.weights[unit]
    }
}
