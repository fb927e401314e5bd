//! L28: a unit must be ready before its planned time.

use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (ix, unit, id) in subject.units() {
        let Some(recover_by) = unit.recover_by else { continue };
        let planned = subject.schedule.span(ix).earliest_finish;
        if planned <= recover_by {
            continue;
        }
        let span = subject.places.recover_by.get(&ix).copied().unwrap_or(id);
        warnings.report(Part::Unit(ix), Code::RecoverByTooEarly, span, || {
            Finding::new(
                format!("`{}` shall be ready after {recover_by}, but by plan it takes {planned}", unit.id),
                format!("`{}`은(는) {recover_by} 안에 준비되어야 하지만 계획상 {planned}이(가) 걸립니다", unit.id),
            )
            .help(
                "shorten targets before it, start it earlier, or move `recover_by`",
                "앞선 목표 시간을 줄이거나 더 일찍 시작하거나 `recover_by`를 늦추십시오",
            )
        });
    }
}
