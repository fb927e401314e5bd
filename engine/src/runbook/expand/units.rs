//! From the top of a runbook to the steps of its units.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use super::super::Code;
use super::super::Span;
use super::super::diagnostic::Finding;
use super::super::tree::{Kind, NodeId};
use super::expander::Expander;

/// Keys of a unit that hold steps.
pub(super) const STEP_LISTS: [&str; 6] = ["pre", "run", "start", "post", "rollback", "stop"];

/// What became of one unit as written: itself, the units of its group, or those of all its items.
#[derive(Debug, Default)]
pub(super) struct Branch(
    /// Keys and maps.
    pub(super) Vec<[NodeId; 2]>,
);

/// Names as written, and the units that they stand for.
pub(super) type Names = BTreeMap<String, Vec<String>>;

impl Expander<'_, '_> {
    pub(super) fn runbook(&mut self) {
        let root = self.tree.root();
        if let Some([_, units]) = self.tree.entry(root, "units") {
            self.units(units);
        }
        let stages = self.tree.entry(root, "stages").map(|[_, stages]| self.tree.list(stages)).unwrap_or_default();
        for stage in &stages {
            self.stage(*stage);
        }
        let names = std::mem::take(&mut self.names);
        if !names.is_empty() {
            self.name_all(root, &stages, &names);
        }
    }

    fn stage(&mut self, stage: NodeId) {
        let Some([key, units]) = self.tree.entry(stage, "units") else { return };
        let branches = self.units(units);
        let mode = self.tree.entry(stage, "mode").and_then(|[_, mode]| self.tree.text(mode));
        if mode != Some("sequential") || branches.iter().all(|branch| branch.0.len() == 1) {
            return;
        }
        // One after another are the units as written; of those that came of the same one, none waits for another.
        let place = self.tree.span(key);
        let branch = self.in_lanes(branches, Some(NonZeroUsize::MIN), place);
        self.tree.set_entries(units, &branch.0);
        let rest: Vec<[NodeId; 2]> = self.tree.entries(stage);
        let rest: Vec<[NodeId; 2]> = rest.into_iter().filter(|[key, _]| self.tree.text(*key) != Some("mode")).collect();
        self.tree.set_entries(stage, &rest);
    }

    /// Expands the units of a map.
    fn units(&mut self, units: NodeId) -> Vec<Branch> {
        let before = self.tree.entries(units);
        let branches: Vec<Branch> = before.iter().map(|entry| self.branch(*entry, None)).collect();
        let after: Vec<[NodeId; 2]> = branches.iter().flat_map(|branch| branch.0.iter().copied()).collect();
        if before != after {
            self.tree.set_entries(units, &after);
        }
        branches
    }

    /// The units that an entry of a map of units stands for, in the copy for an item where there is one.
    pub(super) fn branch(&mut self, [key, unit]: [NodeId; 2], item: Option<&str>) -> Branch {
        let Some(written) = self.tree.text(key).map(str::to_owned) else { return Branch(vec![[key, unit]]) };
        let foreach = self.tree.entry(unit, "foreach");
        let group = self.tree.entry(unit, "group");
        let branch = match (foreach, group, item) {
            (Some([foreach, _]), _, Some(_)) => {
                self.repeated_twice(self.tree.span(foreach));
                None
            }
            (Some([_, foreach]), _, None) => self.each(key, unit, foreach),
            (None, Some(group), _) => self.group(unit, group, item),
            (None, None, Some(item)) => {
                let key = self.tree.add_text(self.tree.span(key), format!("{written}-{item}"));
                let unit = self.unit(unit);
                Some(Branch(vec![[key, unit]]))
            }
            (None, None, None) => return Branch(vec![[key, self.unit(unit)]]),
        };
        let branch = branch.unwrap_or_else(|| Branch(vec![[key, self.broken(self.tree.span(unit))]]));
        let ids = self.ids(&branch);
        self.names.entry(written).or_default().extend(ids);
        branch
    }

    fn repeated_twice(&mut self, place: Span) {
        self.findings.report(Code::Repetition, place, || {
            Finding::new(
                "a group that is repeated can not hold a unit that is repeated",
                "반복되는 그룹 안에 다시 반복되는 단위를 둘 수 없습니다",
            )
            .help("list the pairs in one `foreach` of maps", "짝을 하나의 `foreach`에 맵의 목록으로 쓰십시오")
        });
    }

    /// The ids of units.
    pub(super) fn ids(&self, branch: &Branch) -> Vec<String> {
        branch.0.iter().filter_map(|[key, _]| self.tree.text(*key).map(str::to_owned)).collect()
    }

    /// Branches as one, each waiting for the one that many places before it: so many are at work at the same time.
    pub(super) fn in_lanes(&mut self, mut branches: Vec<Branch>, width: Option<NonZeroUsize>, place: Span) -> Branch {
        if let Some(width) = width {
            for at in width.get()..branches.len() {
                let before = self.ids(&branches[at - width.get()]);
                let before: Vec<NodeId> = before.into_iter().map(|id| self.tree.add_text(place, id)).collect();
                let mut branch = std::mem::take(&mut branches[at]);
                for [_, unit] in &mut branch.0 {
                    *unit = self.waiting_for(*unit, &before);
                }
                branches[at] = branch;
            }
        }
        Branch(branches.into_iter().flat_map(|branch| branch.0).collect())
    }

    /// A unit with more names among its `needs`.
    pub(super) fn waiting_for(&mut self, unit: NodeId, more: &[NodeId]) -> NodeId {
        if !matches!(self.tree.kind(unit), Kind::Map(_)) || more.is_empty() {
            return unit;
        }
        let span = self.tree.span(unit);
        let mut entries = self.tree.entries(unit);
        match entries.iter().position(|[key, _]| self.tree.text(*key) == Some("needs")) {
            Some(at) => {
                let needs = entries[at][1];
                if !matches!(self.tree.kind(needs), Kind::List(_)) {
                    return unit;
                }
                let mut names = self.tree.list(needs);
                names.extend_from_slice(more);
                entries[at][1] = self.tree.add_list(self.tree.span(needs), &names);
            }
            None => entries.push([self.tree.add_text(span, "needs".to_owned()), self.tree.add_list(span, more)]),
        }
        self.tree.add_map(span, &entries)
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
