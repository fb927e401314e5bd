//! E23: stages without units, services that need nothing.

use crate::base::{ServiceId, UnitId};
use crate::runbook::{Code, Document, Finding, Findings, Named, Service, Span, Stage, Unit};

/// A runbook whose `units` is an empty map.
pub(in super::super) fn top(units: &[Named<UnitId, Unit>], document: &Document, findings: &mut Findings<'_>) {
    if units.is_empty() && findings.errors() == 0 {
        let span = document.id.as_ref().map(|id| id.span).unwrap_or_default();
        nothing(span, "this runbook has no units", "이 런북에는 단위가 없습니다", findings);
    }
}

pub(in super::super) fn stages(document: &Document, findings: &mut Findings<'_>) {
    if document.stages.as_ref().is_some_and(Vec::is_empty) && findings.errors() == 0 {
        let span = document.id.as_ref().map(|id| id.span).unwrap_or_default();
        nothing(span, "this runbook has no stages", "이 런북에는 단계가 없습니다", findings);
    }
}

pub(in super::super) fn stage(stage: &Stage, findings: &mut Findings<'_>) {
    if let (Some(id), Some([])) = (&stage.id, stage.units.as_deref())
        && findings.errors() == 0
    {
        nothing(
            id.span,
            &format!("the stage `{}` has no units", id.value),
            &format!("`{}` 단계에 단위가 없습니다", id.value),
            findings,
        );
    }
}

pub(in super::super) fn service(service: &Named<ServiceId, Service>, findings: &mut Findings<'_>) {
    if service.whole && service.value.needs.as_ref().is_some_and(|needs| needs.is_empty()) {
        let name = &service.key.value;
        nothing(
            service.key.span,
            &format!("the service `{name}` needs nothing: there is nothing to measure its recovery by"),
            &format!("`{name}` 업무에 필요한 단위가 없어 복구 시간을 잴 수 없습니다"),
            findings,
        );
    }
}

fn nothing(span: Span, en: &str, ko: &str, findings: &mut Findings<'_>) {
    findings.report(Code::Empties, span, || {
        Finding::new(en, ko).help("add what belongs there, or remove it", "내용을 추가하거나 지우십시오")
    });
}
