//! E25: numbers that can never be reached.

use super::super::Check;
use crate::runbook::{Code, Finding, Findings, Span};

/// Where one person may vote for several roles, each role has one vote.
pub(in super::super) fn check(quorum: u32, distinct: bool, roles: usize, span: Span, findings: &mut Findings<'_>) {
    if distinct || roles == 0 || quorum as usize <= roles {
        return;
    }
    findings.report(Code::Quorum, span, || {
        Finding::new(
            format!("this gate wants {quorum} approvals, and its roles have {roles} votes"),
            format!("승인 {quorum}건이 필요한데 역할이 가진 표는 {roles}개입니다"),
        )
        .help(
            "lower `quorum`, add approvers, or remove `distinct: false` so that persons are counted",
            "`quorum`을 낮추거나 승인 역할을 추가하거나, `distinct: false`를 지워 사람 수로 세십시오",
        )
    });
}

/// A check that wants more good answers than it asks for.
pub(in super::super) fn never_enough_answers(check: &Check, span: Span, findings: &mut Findings<'_>) {
    let (attempts, successes) = (check.attempts, check.successes);
    findings.report(Code::Quorum, span, || {
        Finding::new(
            format!("this check wants {successes} good answers and asks {attempts} times"),
            format!("이 점검은 성공 {successes}회를 요구하지만 {attempts}회만 시도합니다"),
        )
        .help("raise `attempts`", "`attempts`를 늘리십시오")
    });
}
