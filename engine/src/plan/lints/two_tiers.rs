//! L19: functions of one system with different priorities: it comes back as a whole, so the highest one counts.

use std::collections::BTreeMap;

use super::super::Service;
use super::{Subject, Warnings};
use crate::base::Lang;
use crate::runbook::{Code, Finding, Span};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let mut first: BTreeMap<&str, (&Service, Span)> = BTreeMap::new();
    for ((part, service, _), span) in subject.services().zip(subject.places.service_ids.iter().copied()) {
        let system = service.system.as_deref().unwrap_or_else(|| service.title.get(Lang::Ko));
        let Some((other, other_at)) = first.get(system).copied() else {
            first.insert(system, (service, span));
            continue;
        };
        let (Some(tier), Some(before)) = (service.tier, other.tier) else { continue };
        if tier == before {
            continue;
        }
        warnings.report(part, Code::TwoTiers, span, || {
            Finding::new(
                format!(
                    "`{}` has tier {tier}, and `{}` of the same system {system} has tier {before}",
                    service.id, other.id
                ),
                format!(
                    "같은 시스템({system})인데 `{}`은(는) {tier}등급, `{}`은(는) {before}등급입니다",
                    service.id, other.id
                ),
            )
            .also(other_at, "the other function", "다른 업무")
            .help(
                "a system comes back as a whole: give both the same tier, or say in `system` that they are two",
                "시스템은 통째로 복구됩니다. 등급을 같게 하거나 서로 다른 시스템이면 `system`에 구분해 쓰십시오",
            )
        });
    }
}
