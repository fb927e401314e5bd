//! L22: a step that may run for ever.

use super::super::Action;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (part, step, span) in subject.steps() {
        // The run that a call declares has time-outs of its own.
        let calls = matches!(step.action, Action::Link(_));
        if step.timeout.is_some() || calls || !step.action.needs_worker() {
            continue;
        }
        warnings.report(part, Code::NoTimeout, span, || {
            Finding::new(
                "this step has no time-out: a hanging one would hold its unit for ever",
                "시간 제한이 없는 작업입니다. 멈추면 단위가 끝나지 않습니다",
            )
            .help(
                "add `timeout: 60s` to it, or to its unit for all its steps",
                "작업에, 또는 단위 전체에 `timeout: 60s`처럼 추가하십시오",
            )
        });
    }
}
