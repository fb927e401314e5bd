//! L24: a decision that hangs on what was seen from one place alone. A broken link there looks like a dead system.

use std::collections::BTreeMap;

use super::super::compile::Part;
use super::super::{Action, Expression, Look, Name, Probe, Unit, UnitIx};
use super::{Subject, Warnings};
use crate::base::UnitId;
use crate::runbook::{Code, Finding, Span};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let asked = decided_by(subject);
    if asked.is_empty() {
        return;
    }
    for (ix, unit, _) in subject.units() {
        let Some((decider, place)) = asked.get(&unit.id).filter(|_| only_looks(unit)) else { continue };
        for (at, _) in unit.steps.iter().enumerate().filter(|(_, step)| is_seen_from_one_place(&step.action)) {
            warnings.report(Part::Step(ix, at), Code::SingleVantage, subject.places.step_of(ix, at), || {
                Finding::new(
                    format!("`{decider}` decides by what this sees from one place alone"),
                    format!("`{decider}`의 결정이 한 곳에서만 본 상태에 달려 있습니다"),
                )
                .also(*place, "decided here", "여기서 결정")
                .help(
                    "ask from several places, of which a quorum must agree: `from: [local, ap1, ap2]`, `quorum: 2`",
                    "여러 지점에서 묻고 정족수가 일치하게 하십시오: `from: [local, ap1, ap2]`, `quorum: 2`",
                )
            });
        }
    }
}

/// The units that conditions look at, each with the unit that decides and the place of its condition.
fn decided_by<'a>(subject: &Subject<'a>) -> BTreeMap<&'a UnitId, (&'a UnitId, Span)> {
    let mut asked = BTreeMap::new();
    for (ix, unit, span) in subject.units() {
        let own = unit.when.iter().map(|when| (None, when));
        let branches = unit.decision().into_iter().flat_map(|decision| decision.branches.iter().enumerate());
        let branches = branches.filter_map(|(at, branch)| Some((Some(at), branch.when.as_ref()?)));
        for (at, when) in own.chain(branches) {
            let place = subject.places.conditions.get(&(ix, at)).copied().unwrap_or(span);
            for seen in units_of(subject, when) {
                asked.entry(&subject.body.units[seen.at()].id).or_insert((&unit.id, place));
            }
        }
    }
    asked
}

/// The units that a condition looks at.
fn units_of(subject: &Subject<'_>, when: &Expression) -> Vec<UnitIx> {
    let find = |id: &UnitId| subject.units().find(|(_, unit, _)| unit.id == *id).map(|(ix, ..)| ix);
    let names = when.names();
    names
        .keys()
        .filter_map(|name| match name {
            Name::UnitState(unit) | Name::Output(unit, _) => find(unit),
            Name::Mode | Name::Input(_) | Name::ServiceReady(_) => None,
        })
        .collect()
}

/// Whether a unit does nothing but find out.
fn only_looks(unit: &Unit) -> bool {
    unit.steps.iter().all(|step| step.action.is_read_only())
}

/// Whether a step asks over the network, from one place, whether something is there.
fn is_seen_from_one_place(action: &Action) -> bool {
    match action {
        Action::Check(check) => check.from.is_none() && is_remote(&check.probe),
        Action::Http(_) | Action::Tcp(_) => true,
        // What a host says of itself needs no second opinion, several name servers are one, and what a command or a person
        // looks at nobody can tell.
        Action::Look(_) | Action::Command(_) | Action::Change(_) | Action::Wait(_) | Action::Mark(_) => false,
        Action::Manual(_) | Action::Gate(_) | Action::Decision(_) | Action::Link(_) => false,
        // It waits for as long as it takes, and decides nothing.
        Action::Until(_) => false,
    }
}

fn is_remote(probe: &Probe) -> bool {
    match probe {
        Probe::Http(_) | Probe::Tcp(_) => true,
        Probe::Look(Look::Dns(dns)) => dns.resolvers.len() < 2,
        Probe::Look(
            Look::File(_)
            | Look::Process(_)
            | Look::Service(_)
            | Look::Disk(_)
            | Look::Clock(_)
            | Look::Sql(_)
            | Look::Replication(_)
            | Look::Tls(_),
        ) => false,
        Probe::Command(_) => false,
    }
}
