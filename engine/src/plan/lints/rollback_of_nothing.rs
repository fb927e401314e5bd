//! E17: `rollback` beside a step that changes nothing, or beside one that is a way back itself.

use crate::runbook::{Code, Finding, Findings, Span};

pub(in super::super) fn report(step: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Step, step, || {
        Finding::new(
            "only a step of `run` can have a `rollback`: checks change nothing, and a way back has no way back of its own",
            "`rollback`은 `run`의 작업에만 쓸 수 있습니다. 점검은 바꾸는 것이 없고, 되돌리기를 다시 되돌릴 수는 없습니다",
        )
        .help(
            "move what is to be undone to `run`, or remove this `rollback`",
            "되돌릴 작업을 `run`으로 옮기거나 이 `rollback`을 지우십시오",
        )
    });
}
