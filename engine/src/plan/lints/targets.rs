//! E33, E34, L11 and L18: targets and addresses that a runbook leads to, held against the inventory.

use super::super::compile::{Part, Places};
use super::super::{Action, Body, UnitIx, Use, WrittenAddress};
use super::Warnings;
use crate::base::{Mode, RoleName, TargetName};
use crate::inventory::{Inventory, Judgement, LOCAL, judge, same_host};
use crate::runbook::{Code, Finding, Findings, Span, Spanned, nearest};

/// Reports targets that the inventory does not have, and those that can not be addressed as they have to be.
pub(in super::super) fn check(body: &Body, places: &Places, inventory: &Inventory, findings: &mut Findings<'_>) {
    for (_, named) in &places.targets {
        if named.as_str() != LOCAL && !inventory.targets().contains_key(&named.value) {
            unknown(&named.value, named.span, inventory, findings);
        }
    }
    for (unit, at, uses) in body.uses() {
        let span = places.step_of(unit, at);
        for it in &uses.targets {
            unreachable(body, *it, span, inventory, findings);
        }
        for address in &uses.written {
            forbidden(body, address, span, inventory, findings);
        }
    }
}

/// Warns of data that would leave its regions, and of addresses that the inventory does not know.
pub(in super::super) fn warn(body: &Body, places: &Places, inventory: &Inventory, warnings: &mut Warnings<'_, '_>) {
    warnings.look_for([Code::Residency, Code::UnknownAddress]);
    for (unit, named) in &places.targets {
        elsewhere(Part::Unit(*unit), named, inventory, warnings);
    }
    for (unit, at, uses) in body.uses() {
        for address in &uses.written {
            unheard_of(Part::Step(unit, at), address, places.step_of(unit, at), inventory, warnings);
        }
    }
    let Some(roles) = inventory.roles() else { return };
    for (unit, ix) in body.units.iter().zip(0..) {
        for (at, step) in unit.steps.iter().enumerate() {
            let Action::Gate(gate) = &step.action else { continue };
            let ix = UnitIx(ix);
            for role in gate.all_roles().into_iter().filter(|role| !roles.contains_key(*role)) {
                nobody(Part::Step(ix, at), role, places.step_of(ix, at), roles.keys(), warnings);
            }
        }
    }
}

fn nobody<'r>(
    part: Part,
    role: &RoleName,
    span: Span,
    known: impl Iterator<Item = &'r RoleName>,
    warnings: &mut Warnings<'_, '_>,
) {
    warnings.report(part, Code::UnknownAddress, span, || {
        let finding = Finding::new(
            format!("the inventory has no role `{role}`, so nobody knows whether anybody can be reached"),
            format!("인벤토리에 `{role}` 역할이 없어 연락할 사람이 있는지 알 수 없습니다"),
        );
        match nearest(role.as_str(), known.map(RoleName::as_str)) {
            Some(near) => finding.help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?")),
            None => finding.help("add it under `roles:` of the inventory", "인벤토리의 `roles:` 아래에 추가하십시오"),
        }
    });
}

fn unknown(name: &TargetName, span: Span, inventory: &Inventory, findings: &mut Findings<'_>) {
    findings.report(Code::UnknownTarget, span, || {
        let id = inventory.id();
        let finding = Finding::new(
            format!("the inventory `{id}` has no target `{name}`"),
            format!("인벤토리 `{id}`에 `{name}`(이)라는 대상이 없습니다"),
        );
        let known = inventory.targets().keys().map(TargetName::as_str).chain([LOCAL]);
        match nearest(name.as_str(), known) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(span, Some(near)),
            None => finding.help(
                "add it under `targets:` of the inventory; `local` is the engine's own host",
                "인벤토리의 `targets:` 아래에 추가하십시오. `local`은 엔진 자신의 호스트입니다",
            ),
        }
    });
}

/// The modes in which the runbook says that it may be run, where it says so.
fn promised(body: &Body) -> impl Iterator<Item = Mode> {
    body.modes.iter().copied().filter(|mode| *mode != Mode::Mock)
}

/// A runbook that names its modes must work in each of them; one that does not, in at least one.
fn unreachable(body: &Body, it: Use<'_>, span: Span, inventory: &Inventory, findings: &mut Findings<'_>) {
    let Some(target) = inventory.targets().get(it.target) else { return };
    let fits = |mode: Mode| target.bindings.get(&mode).is_some_and(|binding| it.way.fits(binding));
    let key = it.way.key();
    if body.modes.is_empty() {
        if Mode::ALL.into_iter().any(fits) {
            return;
        }
        findings.report(Code::UnboundTarget, span, || {
            Finding::new(
                format!("`{}` has no `{key}` in any mode, and this step needs it", it.target),
                format!("`{}` 대상에는 어느 모드에도 이 작업에 필요한 `{key}`가 없습니다", it.target),
            )
            .help(
                format!("add `{key}` to the target in the inventory, or play the runbook only: `modes: [mock]`"),
                format!("인벤토리의 대상에 `{key}`를 추가하거나, 모의 실행만 하려면 `modes: [mock]`을 쓰십시오"),
            )
        });
        return;
    }
    for mode in promised(body).filter(|mode| !fits(*mode)) {
        let bound = target.bindings.contains_key(&mode);
        let mode = mode.keyword();
        findings.report(Code::UnboundTarget, span, || {
            let finding = if bound {
                Finding::new(
                    format!("`{}` has no `{key}` in mode {mode}, and this step needs it", it.target),
                    format!("`{}` 대상에는 {mode} 모드에서 이 작업에 필요한 `{key}`가 없습니다", it.target),
                )
            } else {
                Finding::new(
                    format!("`{}` may not be addressed in mode {mode}, in which this runbook may be run", it.target),
                    format!(
                        "이 런북은 {mode} 모드로 실행할 수 있는데, `{}` 대상은 그 모드에서 접속할 수 없습니다",
                        it.target
                    ),
                )
            };
            finding.help(
                format!("remove `{mode}` from `modes` of the runbook, or bind the target for it in the inventory"),
                format!("런북의 `modes`에서 `{mode}`을(를) 빼거나, 인벤토리에서 대상을 그 모드에 연결하십시오"),
            )
        });
    }
}

/// An address written out that belongs to a target which may not be addressed in a mode of this runbook.
fn forbidden(body: &Body, it: &WrittenAddress, span: Span, inventory: &Inventory, findings: &mut Findings<'_>) {
    for mode in promised(body) {
        let here = |host: &str| same_host(host, &it.host);
        let Judgement::Refused(claim) = judge(inventory.claims(), here, it.port, mode, None) else { continue };
        let mode = mode.keyword();
        findings.report(Code::UnboundTarget, span, || {
            Finding::new(
                format!("{} belongs to `{}`, which may not be addressed in mode {mode}", it.host, claim.target),
                format!(
                    "{}은(는) `{}` 대상의 주소이며, 이 대상은 {mode} 모드에서 접속할 수 없습니다",
                    it.host, claim.target
                ),
            )
            .help(
                format!("remove `{mode}` from `modes` of the runbook, or name a target that is bound for it"),
                format!("런북의 `modes`에서 `{mode}`을(를) 빼거나, 그 모드에 연결된 대상을 쓰십시오"),
            )
        });
    }
}

fn elsewhere(part: Part, named: &Spanned<TargetName>, inventory: &Inventory, warnings: &mut Warnings<'_, '_>) {
    let name = &named.value;
    let Some(allowed) = inventory.residency() else { return };
    let site = inventory.targets().get(name).and_then(|target| target.site.as_ref());
    let region = site.and_then(|site| inventory.sites().get(site)).and_then(|site| site.region.as_ref());
    let (Some(site), Some(region)) = (site, region) else { return };
    if allowed.contains(region) {
        return;
    }
    warnings.report(part, Code::Residency, named.span, || {
        let regions = allowed.iter().map(crate::base::RegionName::as_str).collect::<Vec<_>>().join(", ");
        Finding::new(
            format!("`{name}` stands at `{site}` in {region}, where data may not be brought to"),
            format!("`{name}` 대상은 데이터를 옮길 수 없는 {region} 지역의 `{site}`에 있습니다"),
        )
        .help(
            format!("use a target in {regions}, or have `residency` of the inventory extended"),
            format!("{regions} 지역의 대상을 쓰거나 인벤토리의 `residency`를 넓히도록 승인받으십시오"),
        )
    });
}

fn unheard_of(part: Part, it: &WrittenAddress, span: Span, inventory: &Inventory, warnings: &mut Warnings<'_, '_>) {
    let known = inventory.claims().iter().any(|claim| same_host(&claim.host, &it.host));
    if known || is_own(&it.host) {
        return;
    }
    warnings.report(part, Code::UnknownAddress, span, || {
        let finding = Finding::new(
            format!("the inventory does not know {}, so nothing keeps a drill away from it", it.host),
            format!("인벤토리에 {}이(가) 없어, 훈련에서 이 주소에 접속하는 것을 막을 수 없습니다", it.host),
        );
        match nearest(&it.host, inventory.claims().iter().map(|claim| claim.host.as_str())) {
            Some(near) => finding.help(
                format!("did you mean {near}? Otherwise add a target with this address to the inventory"),
                format!("{near}을(를) 쓰려고 하셨습니까? 아니면 이 주소의 대상을 인벤토리에 추가하십시오"),
            ),
            None => finding.help(
                "add a target with this address to the inventory, name it in `on`, and write the port or path alone",
                "이 주소의 대상을 인벤토리에 추가하고 `on`에 쓴 뒤, 포트나 경로만 남기십시오",
            ),
        }
    });
}

/// The engine's own host is `local`, in all modes.
fn is_own(host: &str) -> bool {
    let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    loopback || same_host(host, "localhost")
}
