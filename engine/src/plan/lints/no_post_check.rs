//! L12: a unit that ends without looking whether it worked.

use super::super::compile::Part;
use super::super::{Action, Phase, Unit};
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (ix, unit, span) in subject.units().filter(|(_, unit, _)| !looks(unit)) {
        warnings.report(Part::Unit(ix), Code::NoPostCheck, span, || {
            Finding::new(
                format!("`{}` has no post-check: a command that returned 0 is not a recovery", unit.id),
                format!("`{}`에 사후 점검이 없습니다. 명령이 0을 반환해도 복구된 것은 아닙니다", unit.id),
            )
            .help(
                "add `post:` with a check that only passes when the unit serves, for example \
                 `post: [{tcp: \"host:port\", every: 2s, attempts: 30}]`",
                "실제로 서비스될 때만 통과하는 점검을 `post:`에 추가하십시오. \
                 예: `post: [{tcp: \"호스트:포트\", every: 2s, attempts: 30}]`",
            )
        });
    }
}

/// Whether a unit has a post-check, ends with a check, or changes nothing that could be checked.
fn looks(unit: &Unit) -> bool {
    let has_post = unit.steps.iter().any(|step| step.phase == Phase::Post);
    let ends_with_check = unit.steps.last().is_some_and(|step| matches!(step.action, Action::Check(_)));
    let changes = unit.steps.iter().any(|step| match &step.action {
        Action::Command(_) | Action::Http(_) => !step.action.is_read_only(),
        Action::Change(change) => change.touches(),
        Action::Tcp(_) | Action::Look(_) | Action::Check(_) => false,
        Action::Wait(_) | Action::Until(_) | Action::Mark(_) | Action::Decision(_) => false,
        // A run of its own looks for itself.
        Action::Manual(_) | Action::Gate(_) | Action::Link(_) => false,
    });
    has_post || ends_with_check || !changes
}
