//! E52: a decision chooses a unit that may begin before it has decided.

use super::super::compile::Places;
use super::super::{Body, Decision, Graph, UnitIx};
use crate::runbook::{Code, Finding, Findings};

pub(in super::super) fn check(
    body: &Body,
    decider: UnitIx,
    decision: &Decision,
    graph: &Graph,
    places: &Places,
    findings: &mut Findings<'_>,
) {
    let waiting = graph.downstream(decider);
    for early in decision.named().into_iter().filter(|unit| waiting.binary_search(unit).is_err()) {
        let span = places.units.get(early.at()).copied().unwrap_or_default();
        let at = places.units.get(decider.at()).copied().unwrap_or_default();
        let (decider, early) = (&body.units[decider.at()].id, &body.units[early.at()].id);
        findings.report(Code::SelectedTooEarly, span, || {
            Finding::new(
                format!("`{early}` does not wait for `{decider}`, which decides whether it runs at all"),
                format!("`{early}`은(는) 실행 여부를 정하는 `{decider}`을(를) 기다리지 않습니다"),
            )
            .also(at, "the decision", "분기 선택")
            .help(
                format!("add `needs: [{decider}]` to `{early}`"),
                format!("`{early}`에 `needs: [{decider}]`을(를) 추가하십시오"),
            )
        });
    }
}
