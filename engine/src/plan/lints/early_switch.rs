//! L10: traffic that is switched before what it leads to is there.

use std::collections::BTreeSet;

use super::super::compile::Part;
use super::super::{Action, Change, CommandLine, Unit, UnitIx};
use super::naming::is_called;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

/// Tiers without which nobody is served.
const SERVING: [&str; 9] = ["db", "data", "database", "ap", "app", "was", "application", "web", "cache"];
/// Words by which people call what moves traffic.
const SWITCHES: [&str; 4] = ["dns", "gslb", "traffic", "트래픽"];
/// Words by which people say that it is moved: what only starts a name server moves nothing.
const MOVES: [&str; 9] = ["switch", "move", "cut", "repoint", "redirect", "flip", "전환", "변경", "이전"];
/// Units named in a finding.
const NAMED: usize = 4;

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let switches: Vec<UnitIx> = subject.units().filter(|(_, unit, _)| switches(unit)).map(|(ix, ..)| ix).collect();
    if switches.is_empty() {
        return;
    }
    let chosen = chosen(subject);
    let scopes = scopes(subject);
    for switch in switches {
        let before = subject.graph.upstream(switch);
        let behind: BTreeSet<UnitIx> = subject.graph.downstream(switch).into_iter().collect();
        let mut late: BTreeSet<UnitIx> = BTreeSet::new();
        for scope in scopes.iter().filter(|scope| scope.contains(&switch)) {
            let serving =
                |ix: &&UnitIx| **ix != switch && !chosen.contains(*ix) && serves(&subject.body.units[ix.at()]);
            let is_led = scope.iter().filter(serving).any(|ix| before[ix.at()]);
            // Where something serves before the switch, what is ordered behind it is another thing that comes later.
            let is_late = |ix: &&UnitIx| !(before[ix.at()] || is_led && behind.contains(*ix));
            late.extend(scope.iter().filter(serving).filter(is_late));
        }
        if late.is_empty() || chosen.contains(&switch) {
            continue;
        }
        let (unit, span) = (&subject.body.units[switch.at()], subject.places.units[switch.at()]);
        warnings.report(Part::Unit(switch), Code::EarlySwitch, span, || {
            let names: Vec<String> =
                late.iter().take(NAMED).map(|ix| format!("`{}`", subject.body.units[ix.at()].id)).collect();
            let more = late.len().saturating_sub(NAMED);
            let rest = if more > 0 { format!(" (+{more})") } else { String::new() };
            let names = format!("{}{rest}", names.join(", "));
            Finding::new(
                format!("`{}` switches the traffic, and does not wait for {names}", unit.id),
                format!("`{}`은(는) {names}을(를) 기다리지 않고 트래픽을 전환합니다", unit.id),
            )
            .help(
                "need what serves, data and application, before the traffic is led there",
                "데이터와 업무가 준비된 다음에 전환되도록 needs에 추가하십시오",
            )
        });
    }
}

/// The units that each service stands on; of a runbook without services all.
fn scopes(subject: &Subject<'_>) -> Vec<BTreeSet<UnitIx>> {
    let scopes: Vec<BTreeSet<UnitIx>> = subject
        .body
        .services
        .iter()
        .map(|service| {
            let before = subject.graph.upstream_of(service.needs.iter().copied());
            service.needs.iter().copied().chain(before).collect()
        })
        .collect();
    if scopes.is_empty() { vec![subject.units().map(|(ix, ..)| ix).collect()] } else { scopes }
}

/// Units that are not part of every run: whether two of them ever meet, nobody can say here.
fn chosen(subject: &Subject<'_>) -> BTreeSet<UnitIx> {
    let branches = subject.body.units.iter().filter_map(Unit::decision).flat_map(|decision| &decision.branches);
    let selected = branches.flat_map(|branch| branch.select.iter().copied());
    let conditional = subject.units().filter(|(_, unit, _)| unit.when.is_some() || !unit.modes.is_empty());
    selected.chain(conditional.map(|(ix, ..)| ix)).collect()
}

/// Whether a unit leads traffic elsewhere: by what it does, or by its name where it changes something.
fn switches(unit: &Unit) -> bool {
    let by_step = unit.steps.iter().any(|step| match &step.action {
        Action::Change(Change::DnsUpdate(_)) => true,
        Action::Command(command) => {
            let in_text =
                |text: &str| ["change-resource-record-sets", "nsupdate"].iter().any(|word| text.contains(word));
            match &command.line {
                CommandLine::Shell(line) => in_text(line),
                CommandLine::Argv(words) => words.iter().any(|word| in_text(word)),
            }
        }
        Action::Change(Change::Sql(_) | Change::Notify(_))
        | Action::Http(_)
        | Action::Tcp(_)
        | Action::Look(_)
        | Action::Check(_) => false,
        Action::Wait(_)
        | Action::Until(_)
        | Action::Mark(_)
        | Action::Manual(_)
        | Action::Gate(_)
        | Action::Decision(_)
        | Action::Link(_) => false,
    });
    by_step || (works(unit) && is_called(unit, &SWITCHES) && is_called(unit, &MOVES))
}

/// Whether a unit brings up data or application.
fn serves(unit: &Unit) -> bool {
    let tier = unit.tier.as_ref().map(|tier| tier.as_str().to_lowercase());
    !unit.rto_exclude && works(unit) && tier.is_some_and(|tier| SERVING.contains(&tier.as_str()))
}

/// Whether a unit does something by itself.
fn works(unit: &Unit) -> bool {
    unit.steps.iter().any(|step| step.action.needs_worker() && !step.action.is_read_only())
}
