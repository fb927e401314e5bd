//! E21: an id that stands for two units, two stages, or a unit and a stage.

use crate::runbook::{Code, Finding, Findings, Span};

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
