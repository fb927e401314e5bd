//! L05: a gate that may wait for people longer than the objective leaves: until its time-out, or until enough of those who
//! may approve can be reached at all.

use super::super::compile::Part;
use super::super::{Action, Gate, Node, UnitIx};
use super::{Subject, Warnings};
use crate::base::Millis;
use crate::runbook::{Code, Finding};

/// An objective and the units that it is about.
struct Aim {
    en: String,
    ko: String,
    rto: Millis,
    /// The longest planned path; an objective that it breaks already is another lint's.
    length: Millis,
    needs: Vec<UnitIx>,
}

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let mut aims: Option<Vec<Aim>> = None;
    for (ix, unit, _) in subject.units().filter(|(_, unit, _)| !unit.rto_exclude) {
        for (at, step) in unit.steps.iter().enumerate() {
            let Action::Gate(gate) = &step.action else { continue };
            let reached = reached_within(subject, gate);
            // Others are asked with the first level of escalation, at the latest when its time is over.
            let asks_others = gate.escalate.first().map(|level| level.after).into_iter().chain(gate.timeout).min();
            let Some(waits) = asks_others.max(reached) else { continue };
            let aims = aims.get_or_insert_with(|| aims_of(subject));
            let Some((aim, leaves)) = tightest(subject, ix, aims).filter(|(_, leaves)| waits > *leaves) else {
                continue;
            };
            let span = subject.places.step_of(ix, at);
            let (unit, rto) = (&unit.id, aim.rto);
            let is_contact = reached == Some(waits);
            warnings.report(Part::Step(ix, at), Code::SlowApproval, span, || {
                let (en, ko) = (&aim.en, &aim.ko);
                if is_contact {
                    Finding::new(
                        format!(
                            "those who approve `{unit}` are reached within {waits}, and the RTO {rto} of {en} leaves {leaves}"
                        ),
                        format!("`{unit}` 승인자와 연락되기까지 {waits}이(가) 걸리는데 {ko}의 RTO {rto}에는 {leaves}만 남습니다"),
                    )
                    .help(
                        "let somebody approve who is reached sooner, or give the role a delegate in the inventory",
                        "더 빨리 연락되는 역할을 승인자로 두거나 인벤토리에서 그 역할의 대행을 지정하십시오",
                    )
                } else {
                    Finding::new(
                        format!("`{unit}` escalates after {waits} only, and the RTO {rto} of {en} leaves {leaves} for it"),
                        format!("`{unit}` 승인은 {waits} 뒤에야 상신되는데 {ko}의 RTO {rto}에는 {leaves}만 남습니다"),
                    )
                    .help(
                        "shorten the `timeout` of the gate, so that others are asked while there is still time",
                        "시간이 남아 있을 때 다른 승인자에게 넘어가도록 게이트의 `timeout`을 줄이십시오",
                    )
                }
            });
        }
    }
}

/// How soon enough of those who may approve are surely reached; roles of which nothing is known are at hand.
fn reached_within(subject: &Subject<'_>, gate: &Gate) -> Option<Millis> {
    let inventory = subject.inventory?;
    let mut all: Vec<Millis> =
        gate.approvers.iter().map(|role| inventory.reached_within(role).unwrap_or_default()).collect();
    all.sort_unstable();
    let wanted = usize::try_from(gate.quorum).unwrap_or(usize::MAX).clamp(1, all.len().max(1));
    all.get(wanted - 1).copied().filter(|reached| *reached > Millis::ZERO)
}

fn aims_of(subject: &Subject<'_>) -> Vec<Aim> {
    let length = |needs: &[UnitIx]| subject.schedule.path_to(subject.graph, needs.iter().copied()).0;
    let whole = subject.body.objectives.rto.map(|rto| {
        let needs: Vec<UnitIx> = subject.units().filter(|(_, unit, _)| !unit.rto_exclude).map(|(ix, ..)| ix).collect();
        Aim { en: "the runbook".to_owned(), ko: "런북".to_owned(), rto, length: length(&needs), needs }
    });
    let services = subject.services().filter_map(|(_, service, _)| {
        let rto = service.effective_rto()?;
        let (en, ko) = (format!("the service `{}`", service.id), format!("`{}` 업무", service.id));
        Some(Aim { en, ko, rto, length: length(&service.needs), needs: service.needs.clone() })
    });
    whole.into_iter().chain(services).filter(|aim| aim.length <= aim.rto).collect()
}

/// The objective that leaves the least time for a unit, and that time: its own target and the slack.
fn tightest<'a>(subject: &Subject<'_>, unit: UnitIx, aims: &'a [Aim]) -> Option<(&'a Aim, Millis)> {
    let after = after(subject, unit);
    let start = subject.schedule.span(unit).earliest_start;
    let leaves = |aim: &Aim| {
        let rest = aim.needs.iter().filter_map(|need| after[need.at()]).max()?;
        Some(aim.rto.saturating_sub(start).saturating_sub(rest))
    };
    aims.iter().filter_map(|aim| Some((aim, leaves(aim)?))).min_by_key(|(_, leaves)| *leaves)
}

/// For each node the longest planned time from the end of a unit to its own end; `None` where it does not wait for it.
fn after(subject: &Subject<'_>, unit: UnitIx) -> Vec<Option<Millis>> {
    let graph = subject.graph;
    let mut after: Vec<Option<Millis>> = vec![None; graph.len()];
    after[graph.unit(unit).at()] = Some(Millis::ZERO);
    for &at in graph.order() {
        let Some(before) = graph.predecessors(at).iter().filter_map(|before| after[before.at()]).max() else {
            continue;
        };
        let takes = match graph.node(at) {
            Node::Unit(unit) => {
                let span = subject.schedule.span(unit);
                span.earliest_finish.saturating_sub(span.earliest_start)
            }
            Node::Barrier(_) => Millis::ZERO,
        };
        after[at.at()] = Some(before + takes);
    }
    after
}
