//! E35: a target beside an address that is written out.

use crate::base::TargetName;
use crate::runbook::{Code, Finding, Findings, Span, Spanned};

pub(in super::super) fn beside_a_whole_one(
    on: Option<&Spanned<TargetName>>,
    address: Span,
    findings: &mut Findings<'_>,
) {
    let Some(on) = on else { return };
    findings.report(Code::HalfAddress, on.span, || {
        Finding::new(
            format!("the address is written out, so `on: {}` has no effect on it", on.value),
            format!("주소를 직접 썼으므로 `on: {}`은(는) 아무 효과가 없습니다", on.value),
        )
        .also(address, "the address", "주소")
        .help(
            "write the port or path alone, as in `:5432` or `/health`, or remove `on`",
            "`:5432`나 `/health`처럼 포트나 경로만 쓰거나, `on`을 지우십시오",
        )
    });
}
