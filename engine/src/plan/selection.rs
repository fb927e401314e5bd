//! Which decisions have a say in which units.

use std::collections::BTreeMap;

use super::{Action, Body, Decision, UnitIx};

/// Decisions and the units that their branches name. Made of a body, never frozen.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    by: BTreeMap<UnitIx, Vec<UnitIx>>,
}

impl Selection {
    pub(super) fn of(body: &Body) -> Self {
        let mut by: BTreeMap<UnitIx, Vec<UnitIx>> = BTreeMap::new();
        for (unit, decider) in body.units.iter().zip((0..).map(UnitIx)) {
            for step in &unit.steps {
                let Action::Decision(decision) = &step.action else { continue };
                for named in decision.named() {
                    by.entry(named).or_default().push(decider);
                }
            }
        }
        Self { by }
    }

    /// The decisions whose branches name a unit, in order of place. Where there are none, it is part of every run.
    pub fn deciders(&self, unit: UnitIx) -> &[UnitIx] {
        self.by.get(&unit).map_or(&[], Vec::as_slice)
    }
}

impl Decision {
    /// All units that its branches name, each once, in order of place.
    pub fn named(&self) -> Vec<UnitIx> {
        let mut named: Vec<UnitIx> = self.branches.iter().flat_map(|branch| branch.select.iter().copied()).collect();
        named.sort_unstable();
        named.dedup();
        named
    }
}
