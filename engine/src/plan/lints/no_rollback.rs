//! L14: a unit that changes something, and says neither how that is undone nor that there is no way back.

use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (ix, unit, span) in subject.units() {
        if unit.point_of_no_return || !unit.rollback.is_empty() || !unit.changes_something() {
            continue;
        }
        warnings.report(Part::Unit(ix), Code::NoRollback, span, || {
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
