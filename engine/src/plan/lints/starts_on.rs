//! E73: a unit waits for something that the other run can not come to.

use crate::base::{RunbookId, UnitId};
use crate::runbook::{Code, Finding, Findings, Span, nearest};

/// Neither a unit nor a milestone, or both.
pub(in super::super) fn not_one(at: Span, findings: &mut Findings<'_>) {
    findings.report(Code::StartsOn, at, || {
        Finding::new(
            "it waits for one thing: a `unit`, with its `state`, or a `mark`",
            "기다리는 것은 하나입니다. `unit`(과 `state`) 또는 `mark`를 쓰십시오",
        )
        .help(
            "write `{run_of: runbook, unit: id, state: ready}` or `{run_of: runbook, mark: verified}`",
            "`{run_of: 런북, unit: 단위, state: ready}` 또는 `{run_of: 런북, mark: verified}`로 쓰십시오",
        )
    });
}

/// A unit that the other runbook does not have.
pub(in super::super) fn unknown_unit(
    runbook: &RunbookId,
    unit: &UnitId,
    units: &[UnitId],
    at: Span,
    findings: &mut Findings<'_>,
) {
    findings.report(Code::StartsOn, at, || {
        let finding = Finding::new(
            format!("the runbook `{runbook}` has no unit `{unit}`"),
            format!("`{runbook}` 런북에 `{unit}`(이)라는 단위가 없습니다"),
        );
        match nearest(unit.as_str(), units.iter().map(UnitId::as_str)) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(at, Some(near)),
            None => finding.help("name one of its units", "그 런북의 단위 가운데 하나를 쓰십시오"),
        }
    });
}
