//! E21: an id that stands for two units, two stages, a unit and a stage, or two runbooks.

use crate::base::RunbookId;
use crate::runbook::{Code, Finding, Findings, Span, Spanned, Surroundings};

pub(in super::super) fn report(id: &str, second: Span, first: Span, findings: &mut Findings<'_>) {
    findings.report(Code::DuplicateId, second, || {
        Finding::new(
            format!("the id `{id}` is already taken"),
            format!("`{id}` 식별자를 이미 다른 곳에서 쓰고 있습니다"),
        )
        .here("the second", "두 번째")
        .also(first, "the first", "첫 번째")
        .help(
            "rename one: units and stages share their ids in the whole runbook, since `needs` may name either",
            "하나의 이름을 바꾸십시오. `needs`에 단위와 단계를 모두 쓸 수 있으므로 런북 전체에서 식별자가 달라야 합니다",
        )
    });
}

/// The id of a runbook that another file has.
pub(in super::super) fn of_runbook(id: &Spanned<RunbookId>, around: &Surroundings, findings: &mut Findings<'_>) {
    let Some(file) = around.taken.get(&id.value) else { return };
    findings.report(Code::DuplicateId, id.span, || {
        Finding::new(
            format!("the id `{}` is already that of {file}", id.value),
            format!("`{}`은(는) 이미 {file}의 식별자입니다", id.value),
        )
        .help(
            "give this runbook another id, or remove one of the files: the id stands for the first of them alone",
            "이 런북의 id를 바꾸거나 파일 하나를 지우십시오. 식별자는 첫 번째 파일만 가리킵니다",
        )
    });
}
