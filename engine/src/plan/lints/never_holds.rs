//! L40: a condition that never holds, or a case of a decision that is never reached.

use super::super::compile::Part;
use super::prospects::Prospects;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let Some(prospects) = Prospects::of(subject) else { return };
    for (ix, unit, span) in subject.units() {
        if prospects.never.contains(&ix) {
            let span = subject.places.conditions.get(&(ix, None)).copied().unwrap_or(span);
            warnings.report(Part::Unit(ix), Code::NeverHolds, span, || {
                Finding::new(
                    format!("this condition never holds: `{}` is never part of a run", unit.id),
                    format!("이 조건은 성립하는 경우가 없습니다. `{}`은(는) 실행되지 않습니다", unit.id),
                )
                .help("correct the condition, or remove the unit", "조건을 고치거나 단위를 지우십시오")
            });
        }
        let branches = unit.decision().into_iter().flat_map(|decision| decision.branches.iter().enumerate());
        for (at, branch) in branches.filter(|(at, _)| prospects.dead.contains(&(ix, *at))) {
            let span = subject.places.conditions.get(&(ix, Some(at))).copied().unwrap_or(span);
            warnings.report(Part::Unit(ix), Code::NeverHolds, span, || {
                Finding::new(
                    format!("the branch `{}` is never taken", branch.name),
                    format!("`{}` 분기는 선택되는 경우가 없습니다", branch.name),
                )
                .help(
                    "its condition never holds, or a case before it always does: correct them, or change their order",
                    "조건이 성립할 수 없거나 앞의 분기가 항상 먼저 선택됩니다. 조건이나 순서를 고치십시오",
                )
            });
        }
    }
}
