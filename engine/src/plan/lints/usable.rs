//! E19: a word about being usable that means nothing, or that would let others begin on what may still turn out otherwise.

use crate::base::{Millis, UnitId};
use crate::runbook::{Code, Finding, Findings, Span};

/// Beside a step of the way back.
pub(in super::super) fn on_the_way_back(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Usable, span, || {
        Finding::new("a unit does not become usable by being undone", "되돌리기로 사용 가능해지는 단위는 없습니다")
            .help(
                "write `usable` beside the step of `pre`, `run` or `post` after which the unit can be used",
                "단위를 쓸 수 있게 되는 `pre`, `run`, `post`의 작업에 `usable`을 쓰십시오",
            )
    });
}

/// A second one in the same unit.
pub(in super::super) fn twice(second: Span, first: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Usable, second, || {
        Finding::new("this unit already says when it is usable", "이 단위에는 이미 `usable`이 있습니다")
            .here("the second", "두 번째")
            .also(first, "the first", "첫 번째")
            .help("keep the one after which others can begin", "다른 단위가 시작해도 되는 쪽 하나만 남기십시오")
    });
}

/// Beside the last step: nothing of the unit is left.
pub(in super::super) fn last(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Usable, span, || {
        Finding::new(
            "after the last step the unit is ready, and not only usable",
            "마지막 작업이 끝나면 단위는 사용 가능이 아니라 완료입니다",
        )
        .help(
            "remove `usable`, or write it beside the step after which others can begin",
            "`usable`을 지우거나, 다른 단위가 시작해도 되는 작업에 쓰십시오",
        )
    });
}

/// Usable later than ready, by plan.
pub(in super::super) fn after_target(span: Span, within: Millis, target: Millis, findings: &mut Findings<'_>) {
    findings.report(Code::Usable, span, || {
        Finding::new(
            format!("usable after {within}, but ready after {target} by the target of the unit"),
            format!("사용 가능 {within}이(가) 단위의 목표 시간 {target}보다 깁니다"),
        )
        .help(
            "`usable` is the part of the target until others can begin: write a shorter time",
            "`usable`은 목표 시간 중 다른 단위가 시작할 수 있을 때까지의 시간입니다. 더 짧게 쓰십시오",
        )
    });
}

/// A gate or a decision behind it: others would have begun before anybody consented.
pub(in super::super) fn before_consent(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Usable, span, || {
        Finding::new(
            "others would begin before the gate or the decision that comes later in this unit",
            "이 단위의 뒤에 있는 게이트나 분기보다 먼저 다른 단위가 시작하게 됩니다",
        )
        .help(
            "give the gate or the decision a unit of its own, and let the others need that",
            "게이트나 분기를 별도 단위로 나누고, 다른 단위가 그 단위를 기다리게 하십시오",
        )
    });
}

/// A step takes what is said only after others may begin.
pub(in super::super) fn said_later(by: &UnitId, from: &UnitId, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Usable, span, || {
        Finding::new(
            format!("`{by}` may begin once `{from}` is usable, and this is said only after that"),
            format!("`{by}`은(는) `{from}`이(가) 사용 가능해지면 시작할 수 있는데, 이 값은 그 뒤에 나옵니다"),
        )
        .help(
            format!("move the step of `{from}` that says it before its `usable`"),
            format!("이 값을 내는 `{from}`의 작업을 `usable` 앞으로 옮기십시오"),
        )
    });
}
