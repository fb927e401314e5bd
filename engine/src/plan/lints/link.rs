//! E37: a step measures a replication link that the inventory does not have, or at a standby that it does not lead to.

use std::collections::BTreeMap;

use super::super::compile::Places;
use super::super::look::Replication;
use super::super::{Body, Probe, Step, UnitIx};
use crate::base::{LinkName, TargetName};
use crate::inventory::{Inventory, Link};
use crate::runbook::{Code, Finding, Findings, Span, nearest};

/// The links that steps measure; those that are not there are reported.
pub(in super::super) fn check(
    body: &Body,
    places: &Places,
    inventory: Option<&Inventory>,
    findings: &mut Findings<'_>,
) -> BTreeMap<LinkName, Link> {
    let mut found = BTreeMap::new();
    for (unit, ix) in body.units.iter().zip(0..) {
        let ways_back = unit.rollback.iter().map(|undo| &undo.step);
        for (at, step) in unit.steps.iter().chain(ways_back).enumerate() {
            let span = places.step_of(UnitIx(ix), at);
            for it in measured(step) {
                let Some(inventory) = inventory else {
                    no_inventory(&it.link, span, findings);
                    continue;
                };
                match inventory.links().get(&it.link) {
                    None => unknown(&it.link, span, inventory, findings),
                    Some(link) => {
                        if let Some(standby) = it.standby.as_ref().filter(|standby| !link.standbys.contains(standby)) {
                            elsewhere(link, standby, span, findings);
                        }
                        found.insert(it.link.clone(), link.clone());
                    }
                }
            }
        }
    }
    found
}

/// What a step measures, its `already_done` included.
fn measured(step: &Step) -> impl Iterator<Item = &Replication> {
    let probe = step.already_done.as_ref();
    step.action.replication().into_iter().chain(probe.and_then(Probe::replication))
}

fn no_inventory(name: &LinkName, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::UnknownLink, span, || {
        Finding::new(
            format!("there is no inventory that says what the replication link `{name}` is"),
            format!("`{name}` 복제 링크를 알려 주는 인벤토리가 없습니다"),
        )
        .help(
            "put `inventory.yaml` beside the runbook or give one with `--inventory`",
            "런북 옆에 `inventory.yaml`을 두거나 `--inventory`로 주십시오",
        )
    });
}

fn unknown(name: &LinkName, span: Span, inventory: &Inventory, findings: &mut Findings<'_>) {
    findings.report(Code::UnknownLink, span, || {
        let id = inventory.id();
        let finding = Finding::new(
            format!("the inventory `{id}` has no replication link `{name}`"),
            format!("인벤토리 `{id}`에 `{name}`(이)라는 복제 링크가 없습니다"),
        );
        match nearest(name.as_str(), inventory.links().keys().map(LinkName::as_str)) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(span, Some(near)),
            None => finding
                .help("add it under `replication:` of the inventory", "인벤토리의 `replication:` 아래에 추가하십시오"),
        }
    });
}

fn elsewhere(link: &Link, standby: &TargetName, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::UnknownLink, span, || {
        let known = link.standbys.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Finding::new(
            format!("the replication link `{}` does not lead to `{standby}`", link.id),
            format!("`{}` 복제 링크는 `{standby}`(으)로 이어지지 않습니다", link.id),
        )
        .help(format!("it leads to {known}"), format!("이 링크의 대기 대상: {known}"))
    });
}
