//! What the names of groups and of repeated units stand for, wherever units are named.

use std::collections::HashMap;

use super::super::diagnostic::Finding;
use super::super::tree::NodeId;
use super::super::{Code, Span};
use super::expander::Expander;
use super::units::Names;

impl Expander<'_, '_> {
    /// Puts units in the place of names, in all units and services of a runbook.
    pub(super) fn name_all(&mut self, root: NodeId, stages: &[NodeId], names: &Names) {
        let holders: Vec<NodeId> = std::iter::once(root).chain(stages.iter().copied()).collect();
        self.taken(&holders, names);
        let maps: Vec<NodeId> = holders
            .iter()
            .filter_map(|holder| self.tree.entry(*holder, "units"))
            .chain(self.tree.entry(root, "services"))
            .map(|[_, map]| map)
            .collect();
        for map in maps {
            let before = self.tree.entries(map);
            let after: Vec<[NodeId; 2]> = before.iter().map(|[key, of]| [*key, self.with_names(*of, names)]).collect();
            if before != after {
                self.tree.set_entries(map, &after);
            }
        }
    }

    /// A unit, a decision or a service with units in the place of the names in it.
    pub(super) fn with_names(&mut self, of: NodeId, names: &Names) -> NodeId {
        let mut entries = self.tree.entries(of);
        let mut changed = false;
        for [key, value] in &mut entries {
            let written = *value;
            match self.tree.text(*key) {
                Some("needs" | "select" | "otherwise") => *value = self.units_in(written, names),
                Some("decision") => *value = self.with_names(written, names),
                Some("cases") => {
                    let before = self.tree.list(written);
                    let after: Vec<NodeId> = before.iter().map(|case| self.with_names(*case, names)).collect();
                    if before != after {
                        *value = self.tree.add_list(self.tree.span(written), &after);
                    }
                }
                Some(_) | None => {}
            }
            changed |= *value != written;
        }
        if changed { self.tree.add_map(self.tree.span(of), &entries) } else { of }
    }

    /// A list of names with units in the place of those that stand for several.
    fn units_in(&mut self, list: NodeId, names: &Names) -> NodeId {
        let before = self.tree.list(list);
        let mut after = Vec::with_capacity(before.len());
        for name in &before {
            match self.tree.text(*name).and_then(|name| names.get(name)) {
                Some(units) => {
                    let place = self.tree.span(*name);
                    after.extend(units.iter().map(|unit| self.tree.add_text(place, unit.clone())));
                }
                None => after.push(*name),
            }
        }
        if before == after { list } else { self.tree.add_list(self.tree.span(list), &after) }
    }

    /// Reports units and stages that have the name of a group.
    fn taken(&mut self, holders: &[NodeId], names: &Names) {
        let mut written: HashMap<String, Span> = HashMap::new();
        for holder in holders {
            let stage = self.tree.entry(*holder, "stage").map(|[_, id]| id);
            let units = self.tree.entry(*holder, "units").map(|[_, units]| self.tree.entries(units));
            let ids = stage.into_iter().chain(units.into_iter().flatten().map(|[key, _]| key));
            written.extend(ids.filter_map(|id| Some((self.tree.text(id)?.to_owned(), self.tree.span(id)))));
        }
        for (name, units) in names {
            // A group that could not be used stands there under its own name.
            let Some(place) = written.get(name).filter(|_| !units.contains(name)) else { continue };
            self.findings.report(Code::DuplicateId, *place, || {
                Finding::new(
                    format!("the id `{name}` is already that of a group or of a repeated unit"),
                    format!("`{name}` 식별자를 이미 그룹이나 반복 단위에서 쓰고 있습니다"),
                )
                .help(
                    "rename one: `needs` may name either",
                    "하나의 이름을 바꾸십시오. `needs`에는 둘 다 쓸 수 있습니다",
                )
            });
        }
    }
}
