//! L14: a unit that changes something, and says neither how that is undone nor that there is no way back.

use super::super::{Action, Phase, Unit};
use super::Subject;
use crate::runbook::{Code, Finding, Findings};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (_, unit, span) in subject.units().filter(|(_, unit, _)| has_no_way_back(unit)) {
        findings.report(Code::NoRollback, span, || {
            Finding::new(
                format!("`{}` changes something and says nothing about how that is undone", unit.id),
                format!("`{}`은(는) 무언가를 바꾸지만 되돌리는 방법이 적혀 있지 않습니다", unit.id),
            )
            .help(
                "add `rollback:` with the steps that undo it, `rollback: []` when there is nothing to undo, or \
                 `point_of_no_return: true` when there is no simple way back",
                "되돌리는 작업을 `rollback:`에 적으십시오. 되돌릴 것이 없으면 `rollback: []`, 쉽게 되돌릴 수 없으면 \
                 `point_of_no_return: true`로 표시하십시오",
            )
        });
    }
}

/// What people did, people undo: they are asked when it comes to it.
fn has_no_way_back(unit: &Unit) -> bool {
    let said = unit.nothing_to_undo || unit.point_of_no_return || !unit.rollback.is_empty();
    let changes = unit.steps.iter().filter(|step| step.phase == Phase::Run).any(|step| match &step.action {
        Action::Command(_) => true,
        Action::Http(http) => !http.is_read_only(),
        Action::Tcp(_) | Action::Check(_) | Action::Wait(_) | Action::Mark(_) | Action::Manual(_) | Action::Gate(_) => {
            false
        }
    });
    changes && !said
}
