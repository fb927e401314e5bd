//! L29: a unit without a target where there is an objective: planned times leave it out.

use super::super::Unit;
use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let objectives = subject.body.objectives.rto.is_some() || subject.body.services.iter().any(|s| s.rto.is_some());
    if !objectives {
        return;
    }
    // A decision takes no time, unless people must make it.
    let counts = |unit: &Unit| !unit.rto_exclude && unit.decision().is_none();
    for (ix, unit, span) in subject.units().filter(|(_, unit, _)| unit.target.is_none() && counts(unit)) {
        warnings.report(Part::Unit(ix), Code::NoTarget, span, || {
            Finding::new(
                format!("`{}` has no target, so the planned times take it for nothing", unit.id),
                format!("`{}`에 목표 시간이 없어 계획 시간에 0으로 계산됩니다", unit.id),
            )
            .help(
                "add `target: 2m`, also to gates and manual work; or `rto: exclude` for housekeeping",
                "`target: 2m`처럼 추가하십시오. 게이트와 수동 작업도 마찬가지입니다. 정리 작업이면 `rto: exclude`를 쓰십시오",
            )
        });
    }
}
