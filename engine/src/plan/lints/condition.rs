//! E50 and E51: conditions that can not be read, make no sense, or look at something that is not there.

use super::super::expression::Fault;
use crate::base::Lang;
use crate::runbook::{Code, Finding, Findings, Span};

/// Reports a fault of the condition that was written in this place.
pub(in super::super) fn report(fault: &Fault, written: Span, text: &str, findings: &mut Findings<'_>) {
    let code = if fault.of_name { Code::ConditionName } else { Code::Condition };
    let place = findings.part(written, text, fault.place.clone());
    findings.report(code, place, || {
        let finding = Finding::new(fault.message.get(Lang::En), fault.message.get(Lang::Ko));
        let finding = match &fault.help {
            Some(help) => finding.help(help.get(Lang::En), help.get(Lang::Ko)),
            None => finding,
        };
        // Where the place of the part is not known, nothing can be put in its stead.
        let known = place != written || fault.place == (0..text.len());
        finding.suggest(place, fault.instead.as_deref().filter(|_| known))
    });
}
