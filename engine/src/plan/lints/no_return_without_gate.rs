//! L04: a point of no return that no gate stands before.

use super::super::compile::Part;
use super::super::{Action, Node, Phase, Unit};
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    if !subject.body.units.iter().any(|unit| unit.point_of_no_return) {
        return;
    }
    let mut gated = vec![false; subject.graph.len()];
    for &at in subject.graph.order() {
        let before = subject.graph.predecessors(at).iter().any(|before| gated[before.at()]);
        gated[at.at()] = before
            || match subject.graph.node(at) {
                Node::Unit(unit) => has_gate(&subject.body.units[unit.at()]),
                Node::Barrier(_) => false,
            };
    }
    for (ix, unit, span) in subject.units() {
        if !unit.point_of_no_return || gated[subject.graph.unit(ix).at()] {
            continue;
        }
        warnings.report(Part::Unit(ix), Code::NoReturnWithoutGate, span, || {
            Finding::new(
                format!("`{}` is a point of no return, and no gate stands before it", unit.id),
                format!("`{}`은(는) 되돌릴 수 없는 지점인데 앞에 승인 게이트가 없습니다", unit.id),
            )
            .help(
                "put a unit with a `gate` before it and need that unit",
                "앞에 `gate` 단위를 두고 그 단위를 needs에 쓰십시오",
            )
        });
    }
}

/// Whether a unit asks for consent before its work begins.
fn has_gate(unit: &Unit) -> bool {
    let mut before = unit.steps.iter().take_while(|step| step.phase != Phase::Post);
    before.any(|step| matches!(step.action, Action::Gate(_)))
}
