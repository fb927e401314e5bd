//! Steps with keys put to them or taken from them. Each is another node: steps may be shared by anchors.

use super::super::tree::{Kind, NodeId};
use super::expander::Expander;

/// Actions that change nothing: nobody asks whether they are already done, and there is nothing to undo.
const CHANGES_NOTHING: [&str; 6] = ["check", "tcp", "wait", "mark", "manual", "gate"];

impl Expander<'_, '_> {
    /// A step whose own `rollback` may use components.
    pub(super) fn with_rollback(&mut self, step: NodeId) -> NodeId {
        let Some([_, rollback]) = self.tree.entry(step, "rollback") else { return step };
        let before = self.tree.list(rollback);
        let after = self.in_place(&before);
        if before == after {
            return step;
        }
        let list = self.tree.add_list(self.tree.span(rollback), &after);
        let entries: Vec<[NodeId; 2]> = self
            .tree
            .entries(step)
            .into_iter()
            .map(|[key, value]| if value == rollback { [key, list] } else { [key, value] })
            .collect();
        self.tree.add_map(self.tree.span(step), &entries)
    }

    /// A step with one more key, where it does not have it and where it says something.
    pub(super) fn with_entry(&mut self, step: NodeId, entry: [NodeId; 2]) -> NodeId {
        let Some(name) = self.tree.text(entry[0]).map(str::to_owned) else { return step };
        let has = |key: &str| self.tree.entry(step, key).is_some();
        if !self.changes(step) || has(&name) {
            return step;
        }
        let mut entries = self.tree.entries(step);
        entries.push(entry);
        self.tree.add_map(self.tree.span(step), &entries)
    }

    /// Whether a step may change something.
    pub(super) fn changes(&self, step: NodeId) -> bool {
        let is_map = matches!(self.tree.kind(step), Kind::Map(_));
        is_map && !CHANGES_NOTHING.iter().any(|key| self.tree.entry(step, key).is_some())
    }

    /// A step with more to do when it is undone, after what undoes it already.
    pub(super) fn with_way_back(&mut self, step: NodeId, more: &[NodeId]) -> NodeId {
        let mut entries = self.tree.entries(step);
        let span = self.tree.span(step);
        let at = entries.iter().position(|[key, _]| self.tree.text(*key) == Some("rollback"));
        let mut back = at.map(|at| self.tree.list(entries[at][1])).unwrap_or_default();
        back.extend_from_slice(more);
        let list = self.tree.add_list(span, &back);
        match at {
            Some(at) => entries[at][1] = list,
            None => entries.push([self.tree.add_text(span, "rollback".to_owned()), list]),
        }
        self.tree.add_map(span, &entries)
    }

    /// A step for a list in which nothing is undone.
    pub(super) fn without_way_back(&mut self, step: NodeId) -> NodeId {
        let entries = self.tree.entries(step);
        let kept: Vec<[NodeId; 2]> =
            entries.iter().copied().filter(|[key, _]| self.tree.text(*key) != Some("rollback")).collect();
        if kept.len() == entries.len() { step } else { self.tree.add_map(self.tree.span(step), &kept) }
    }
}
