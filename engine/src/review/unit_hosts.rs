//! What the inventory says of the hosts that units lead to, as digests: a unit that says the same may lead somewhere else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::base::{Digest, TargetName, UnitId};
use crate::plan::Plan;

/// The digest of the targets of every unit that leads to any, in all modes.
pub(super) fn unit_hosts(plan: &Plan) -> BTreeMap<UnitId, Digest> {
    let mut named: BTreeMap<&UnitId, BTreeSet<&TargetName>> = BTreeMap::new();
    for (ix, _, uses) in plan.body().uses() {
        let targets = named.entry(&plan.unit(ix).id).or_default();
        targets.extend(uses.targets.into_iter().map(|used| used.target));
    }
    named.retain(|_, targets| !targets.is_empty());
    let bound = &plan.body().bound.targets;
    let digest = |targets: BTreeSet<&TargetName>| {
        let said: Vec<_> = targets.into_iter().map(|name| json!([name, bound.get(name)])).collect();
        Digest::of(json!(said).to_string().as_bytes())
    };
    named.into_iter().map(|(unit, targets)| (unit.clone(), digest(targets))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Mode, RunId, Timestamp};
    use crate::inventory;
    use crate::plan::Context;
    use crate::review::{Coverage, Last, Rehearsed, Track, unit_digests};
    use crate::runbook::Source;

    fn plan(address: &str) -> Plan {
        let text = format!("inventory: x\ntargets: {{db: {{address: {address}, modes: [drill]}}}}\n");
        let inventory = inventory::check(&Source::new("inventory.yaml", text)).inventory.unwrap();
        let book = "runbook: r\nunits:\n  a: {run: [{command: x}]}\n  b: {run: [{tcp: \":5432\", on: db}]}\n";
        let compiled = Context { inventory: Some(&inventory) }.compile(&Source::new("r.yaml", book));
        compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
    }

    #[test]
    fn another_address_of_its_host_changes_a_unit_and_no_other_one() {
        let (before, after) = (plan("10.0.0.1"), plan("10.0.0.2"));
        assert_eq!(unit_digests(&before), unit_digests(&after), "the runbook says the same");
        assert_eq!(unit_hosts(&before), unit_hosts(&plan("10.0.0.1")));
        assert_eq!(unit_hosts(&before).len(), 1, "a unit of the own host leads nowhere");
        let mut known = Rehearsed::new("r".parse().unwrap());
        for (unit, digest) in unit_digests(&before) {
            let hosts = unit_hosts(&before).get(&unit).copied();
            let last = Last {
                at: Timestamp(0),
                run: RunId(uuid::Uuid::nil()),
                mode: Mode::Drill,
                by: Vec::new(),
                digest,
                hosts,
            };
            known.units.insert(unit, Track { done: Some(last), ..Track::default() });
        }
        let changed = |plan: &Plan, known: &Rehearsed| {
            Coverage::of(plan, Some(known)).units.iter().map(|one| one.changed).collect::<Vec<_>>()
        };
        assert_eq!(changed(&before, &known), [Some(false), Some(false)]);
        assert_eq!(changed(&after, &known), [Some(false), Some(true)]);
        // A run of which nobody wrote down where it led says nothing about that.
        for track in known.units.values_mut() {
            track.done.as_mut().unwrap().hosts = None;
        }
        assert_eq!(changed(&after, &known), [Some(false), Some(false)]);
    }
}
