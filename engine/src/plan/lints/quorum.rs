//! E25: numbers that can never be reached. Of a gate nobody can say that: how many persons hold its roles is not known here.

use super::super::Check;
use crate::runbook::{Code, Finding, Findings, Span};

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
