//! E27: a gate that nobody may approve.

use crate::base::RoleName;
use crate::runbook::{Code, Finding, Findings, Span, Spanned};

pub(in super::super) fn check(approvers: Option<&Spanned<Vec<RoleName>>>, gate: Span, findings: &mut Findings<'_>) {
    let span = match approvers {
        None => gate,
        Some(written) if written.is_empty() => written.span,
        Some(_) => return,
    };
    findings.report(Code::GateWithoutApprover, span, || {
        Finding::new("nobody may approve this gate", "이 게이트를 승인할 사람이 없습니다").help(
            "name the roles that may: `approvers: [commander]`; a gate never approves itself",
            "`approvers: [commander]`처럼 승인 역할을 쓰십시오. 게이트는 스스로 승인되지 않습니다",
        )
    });
}
