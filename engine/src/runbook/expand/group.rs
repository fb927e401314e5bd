//! `group`: units in the place of one.

use std::num::NonZeroUsize;

use super::super::diagnostic::Finding;
use super::super::document::{Flow, Group};
use super::super::read::{Read as _, Reader};
use super::super::tree::NodeId;
use super::super::{Code, Spanned};
use super::expander::Expander;
use super::units::{Branch, Names};

impl Expander<'_, '_> {
    /// The units of a unit with `group`. What else stands beside `group` holds for each of them that says nothing else;
    /// all of them wait for what the group needs. `None` when it can not be used, which was reported.
    pub(super) fn group(&mut self, unit: NodeId, [key, group]: [NodeId; 2], item: Option<&str>) -> Option<Branch> {
        let mut reader = Reader::new(self.tree, self.findings);
        let written = Group::read(&mut reader, group)?;
        let members = self.tree.entries(written.units?.0);
        let place = self.tree.span(key);
        if members.is_empty() {
            self.findings.report(Code::Empties, place, || {
                Finding::new("there are no units in this group", "그룹에 단위가 없습니다")
                    .help("add units, or remove the group", "단위를 추가하거나 그룹을 지우십시오")
            });
            return None;
        }
        let width = match (written.flow, written.max_parallel) {
            (Some(Spanned { value: Flow::Sequential, span }), Some(most)) => {
                self.both_orders(span, most.span);
                return None;
            }
            (Some(Spanned { value: Flow::Sequential, .. }), None) => Some(NonZeroUsize::MIN),
            (Some(Spanned { value: Flow::Parallel, .. }) | None, most) => {
                most.and_then(|most| usize::try_from(most.value.0).ok()).and_then(NonZeroUsize::new)
            }
        };
        let mut branches = Vec::with_capacity(members.len());
        let mut names = Names::default();
        for [key, member] in members {
            let member = self.with_defaults(member, unit);
            let branch = self.branch([key, member], item);
            names.insert(self.tree.text(key).unwrap_or_default().to_owned(), self.ids(&branch));
            branches.push(branch);
        }
        let mut branch = self.in_lanes(branches, width, place);
        if item.is_some() {
            // Beside each other in the same item: the others have units of these names as well.
            for [_, unit] in &mut branch.0 {
                *unit = self.with_names(*unit, &names);
            }
        }
        if let Some([_, needs]) = self.tree.entry(unit, "needs") {
            let needs = self.tree.list(needs);
            for [_, unit] in &mut branch.0 {
                *unit = self.waiting_for(*unit, &needs);
            }
        }
        Some(branch)
    }

    /// A unit of a group with what stands beside the group.
    fn with_defaults(&mut self, member: NodeId, unit: NodeId) -> NodeId {
        let mut entries = self.tree.entries(member);
        if entries.is_empty() {
            return member;
        }
        for [key, value] in self.tree.entries(unit) {
            let name = self.tree.text(key).unwrap_or_default().to_owned();
            if !matches!(name.as_str(), "group" | "needs") && self.tree.entry(member, &name).is_none() {
                entries.push([key, value]);
            }
        }
        self.tree.add_map(self.tree.span(member), &entries)
    }
}
