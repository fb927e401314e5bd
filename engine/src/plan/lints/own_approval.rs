//! L15: a gate that whoever declares the run can open alone. Two pairs of eyes are what a gate is for.

use super::super::compile::Part;
use super::super::{Action, Exclusion, Gate};
use super::{Subject, Warnings};
use crate::base::RoleName;
use crate::runbook::{Code, Finding};

/// The roles that may declare runs.
const DECLARING: [&str; 2] = ["operator", "commander"];

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (ix, unit, _) in subject.units() {
        for (at, step) in unit.steps.iter().enumerate() {
            let Action::Gate(gate) = &step.action else { continue };
            let declares = |role: &RoleName| DECLARING.contains(&role.as_str());
            let owns = |role: &RoleName| subject.body.owner.as_deref() == Some(role.as_str());
            let alone = !gate.exclude.contains(&Exclusion::Requester) && (gate.quorum == 1 || !gate.distinct);
            let all = |is: &dyn Fn(&RoleName) -> bool| !gate.approvers.is_empty() && gate.approvers.iter().all(is);
            if !alone || !(all(&declares) || all(&owns)) {
                continue;
            }
            warnings.report(Part::Step(ix, at), Code::OwnApproval, subject.places.step_of(ix, at), || {
                finding(gate, unit.id.as_str(), all(&owns))
            });
        }
    }
}

fn finding(gate: &Gate, unit: &str, by_owner: bool) -> Finding {
    let roles = gate.approvers.iter().map(RoleName::as_str).collect::<Vec<_>>().join(", ");
    let finding = if by_owner {
        Finding::new(
            format!("only {roles}, who wrote this runbook, can approve `{unit}`"),
            format!("`{unit}`은(는) 런북을 작성한 {roles}만 승인할 수 있습니다"),
        )
    } else {
        Finding::new(
            format!("whoever declares the run can approve `{unit}` alone: {roles} may do both"),
            format!("선포한 사람이 `{unit}`을(를) 혼자 승인할 수 있습니다. {roles} 역할은 둘 다 할 수 있습니다"),
        )
    };
    finding.help(
        "add `exclude: [requester]`, ask for `quorum: 2`, or let another role approve",
        "`exclude: [requester]`를 추가하거나 `quorum: 2`로 하거나 다른 역할을 승인자로 두십시오",
    )
}
