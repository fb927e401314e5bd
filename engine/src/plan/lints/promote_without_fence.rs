//! L03: a promotion before which nothing is fenced. Two that both take writes are worse than none.

use super::super::compile::Part;
use super::super::{Action, CommandLine, Node, Step, Unit};
use super::{Subject, Warnings};
use crate::base::Lang;
use crate::runbook::{Code, Finding};

/// Words by which people call a promotion.
const PROMOTES: [&str; 3] = ["promote", "promotion", "승격"];
/// Words by which people call what keeps the old one from coming back.
const FENCES: [&str; 8] = ["fence", "stonith", "isolate", "demote", "withdraw", "차단", "격리", "강등"];

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    if !subject.body.units.iter().any(promotes) {
        return;
    }
    let mut fenced = vec![false; subject.graph.len()];
    for &at in subject.graph.order() {
        let before = subject.graph.predecessors(at).iter().any(|before| fenced[before.at()]);
        fenced[at.at()] = before
            || match subject.graph.node(at) {
                Node::Unit(unit) => fences(&subject.body.units[unit.at()]),
                Node::Barrier(_) => false,
            };
    }
    for (ix, unit, span) in subject.units().filter(|(_, unit, _)| promotes(unit)) {
        if fenced[subject.graph.unit(ix).at()] {
            continue;
        }
        warnings.report(Part::Unit(ix), Code::PromoteWithoutFence, span, || {
            Finding::new(
                format!("`{}` promotes, and nothing before it fences the old primary", unit.id),
                format!("`{}`은(는) 승격하는 단위인데 앞에서 기존 주 서버를 차단하지 않습니다", unit.id),
            )
            .help(
                "need a unit that fences it, or ask in `pre` whether it is down: `{tcp: \"host:port\", expect: down}`",
                "차단하는 단위를 needs에 쓰거나, 내려갔는지를 `pre`에서 점검하십시오: `{tcp: \"호스트:포트\", expect: down}`",
            )
        });
    }
}

/// Whether a unit is called a promotion, or one of its commands is one.
fn promotes(unit: &Unit) -> bool {
    let by_command = unit.steps.iter().filter_map(|step| step.action.command()).any(|command| match &command.line {
        CommandLine::Shell(text) => is_promotion(text),
        CommandLine::Argv(words) => words.iter().any(|word| is_promotion(word)),
    });
    by_command || is_called(unit, &PROMOTES)
}

fn is_promotion(text: &str) -> bool {
    ["pg_promote", "pg_ctl promote"].iter().any(|known| text.contains(known))
}

/// Whether a unit is called a fence, or makes sure that something is down.
fn fences(unit: &Unit) -> bool {
    let looks = |step: &Step| matches!(&step.action, Action::Check(check) if check.expect_down);
    unit.steps.iter().any(looks) || is_called(unit, &FENCES)
}

/// Whether one of these words begins a word of the unit's id or title, in either language.
fn is_called(unit: &Unit, known: &[&str]) -> bool {
    let names = [unit.id.as_str(), unit.title.get(Lang::En), unit.title.get(Lang::Ko)];
    names.iter().any(|name| {
        let name = name.to_lowercase();
        let mut words = name.split(|c: char| !c.is_alphanumeric());
        words.any(|word| known.iter().any(|known| word.starts_with(known)))
    })
}
