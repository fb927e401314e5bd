//! What stands between a plan and its targets in a mode, found before anything is recorded.

use crate::base::{Bilingual, Lang, TargetName, Text, UnitId};
use crate::inventory::{Claim, Judgement, judge, same_host};
use crate::plan::{Mode, Plan, Unit, Use, WrittenAddress};

/// A target, or an address written out, that a unit leads to and that the run may not or can not address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetFault {
    /// The unit.
    pub unit: UnitId,
    /// The target; of an address written out, the one it belongs to.
    pub target: TargetName,
    /// Place, cause and next step.
    pub message: Text,
}

impl std::fmt::Display for TargetFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.get(Lang::En))
    }
}

impl Bilingual for TargetFault {
    fn ko(&self) -> String {
        self.message.get(Lang::Ko).to_owned()
    }
}

/// Everything that keeps a plan from being carried out in a mode, each fault of a unit once.
pub(super) fn faults(plan: &Plan, mode: Mode) -> Vec<TargetFault> {
    let mut faults: Vec<TargetFault> = Vec::new();
    for (ix, _, uses) in plan.body().uses() {
        let unit = plan.unit(ix);
        let targets = uses.targets.iter().filter_map(|it| of_target(plan, mode, unit, *it));
        let written = uses.written.iter().filter_map(|address| of_address(plan, mode, unit, address));
        for fault in targets.chain(written) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}

fn of_target(plan: &Plan, mode: Mode, unit: &Unit, it: Use<'_>) -> Option<TargetFault> {
    let (id, target, key, word) = (&unit.id, it.target, it.way.key(), mode.keyword());
    let message = match plan.body().bound.targets.get(target).map(|target| &target.bindings) {
        None => Text::new(
            format!(
                "{id}: 인벤토리 없이 컴파일되어 {target} 대상의 주소를 알 수 없습니다. 인벤토리를 주거나 모의 모드로 선포하십시오"
            ),
            format!(
                "{id}: the runbook was compiled without an inventory, so nobody knows where {target} is: give one, or declare in mode mock"
            ),
        ),
        Some(bindings) => match bindings.get(&mode) {
            None => {
                let modes = words(bindings.keys());
                Text::new(
                    format!(
                        "{id}: {target} 대상은 {modes} 모드에서만 접속할 수 있습니다. {word} 모드로는 선포할 수 없습니다"
                    ),
                    format!(
                        "{id}: {target} may be addressed in {modes} only, not in {word}: declare in another mode, or bind it in the inventory"
                    ),
                )
            }
            Some(binding) if !it.way.fits(binding) => Text::new(
                format!("{id}: {target} 대상에 {word} 모드에서 쓸 `{key}` 가 없습니다. 인벤토리에 추가하십시오"),
                format!("{id}: {target} has no `{key}` in mode {word}: add it to the inventory"),
            ),
            Some(_) => return None,
        },
    };
    Some(TargetFault { unit: id.clone(), target: target.clone(), message })
}

fn of_address(plan: &Plan, mode: Mode, unit: &Unit, it: &WrittenAddress) -> Option<TargetFault> {
    let here = |host: &str| same_host(host, &it.host);
    let Judgement::Refused(Claim { target, modes, .. }) = judge(&plan.body().bound.claims, here, it.port, mode, None)
    else {
        return None;
    };
    let (id, host, port, word, modes) = (&unit.id, &it.host, it.port, mode.keyword(), words(modes));
    let message = Text::new(
        format!(
            "{id}: {host} 의 {port} 포트는 {modes} 모드에서만 접속할 수 있는 {target} 대상의 주소입니다. {word} 모드로는 선포할 수 없습니다"
        ),
        format!(
            "{id}: port {port} of {host} belongs to {target}, which may be addressed in {modes} only, not in {word}: name a target that is bound for {word}"
        ),
    );
    Some(TargetFault { unit: id.clone(), target: target.clone(), message })
}

fn words<'m>(modes: impl IntoIterator<Item = &'m Mode>) -> String {
    modes.into_iter().map(|mode| mode.keyword()).collect::<Vec<_>>().join(", ")
}
