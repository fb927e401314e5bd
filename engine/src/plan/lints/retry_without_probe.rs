//! L13: a step that is retried although nothing says that repeating it is harmless.

use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (part, step, span) in subject.steps() {
        let harmless = step.idempotent || step.already_done.is_some() || step.action.is_read_only();
        if step.retry.attempts <= 1 || harmless || !step.action.needs_worker() {
            continue;
        }
        warnings.report(part, Code::RetryWithoutProbe, span, || {
            Finding::new(
                "this step is retried, and nothing says that repeating it does no harm",
                "반복해도 안전하다는 표시 없이 재시도하는 작업입니다",
            )
            .help(
                "add `already_done:` with a probe that tells whether it worked after all, or `idempotent: true`",
                "이미 완료되었는지 알려 주는 `already_done:`을 추가하거나 `idempotent: true`로 표시하십시오",
            )
        });
    }
}
