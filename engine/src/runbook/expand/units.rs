//! From the top of a runbook to the steps of its units.

use super::super::tree::NodeId;
use super::expander::Expander;

/// Keys of a unit that hold steps.
pub(super) const STEP_LISTS: [&str; 6] = ["pre", "run", "start", "post", "rollback", "stop"];

impl Expander<'_, '_> {
    pub(super) fn runbook(&mut self) {
        let root = self.tree.root();
        if let Some([_, units]) = self.tree.entry(root, "units") {
            self.units(units);
        }
        let stages = self.tree.entry(root, "stages").map(|[_, stages]| self.tree.list(stages)).unwrap_or_default();
        for stage in stages {
            if let Some([_, units]) = self.tree.entry(stage, "units") {
                self.units(units);
            }
        }
    }

    /// Expands the units of a map.
    fn units(&mut self, units: NodeId) {
        let before = self.tree.entries(units);
        let after: Vec<[NodeId; 2]> = before.iter().map(|[key, unit]| [*key, self.unit(*unit)]).collect();
        if before != after {
            self.tree.set_entries(units, &after);
        }
    }

    /// A unit with the steps of its components in it. Another node: anchors and merge keys let units share their parts,
    /// and what is put into one must not be seen by the others.
    fn unit(&mut self, unit: NodeId) -> NodeId {
        if STEP_LISTS.iter().any(|list| self.tree.entry(unit, list).is_some_and(|[_, steps]| self.uses(steps))) {
            self.bring(unit)
        } else {
            unit
        }
    }

    /// Whether a step of a list uses a component, or a step inside one of its steps does.
    fn uses(&self, steps: NodeId) -> bool {
        self.tree.list(steps).into_iter().any(|step| {
            self.tree.entry(step, "uses").is_some()
                || self.tree.entry(step, "rollback").is_some_and(|[_, steps]| self.uses(steps))
        })
    }
}
