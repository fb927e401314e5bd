//! L03: a promotion before which nothing is fenced. Two that both take writes are worse than none.

use super::super::compile::Part;
use super::super::{Action, Change, CommandLine, Node, Step, Unit};
use super::naming::is_called;
use super::{Subject, Warnings};
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
    let by_step = unit.steps.iter().any(|step| match &step.action {
        Action::Change(Change::Sql(sql)) => is_promotion(&sql.statement),
        action => action.command().is_some_and(|command| match &command.line {
            CommandLine::Shell(text) => is_promotion(text),
            CommandLine::Argv(words) => words.iter().any(|word| is_promotion(word)),
        }),
    });
    by_step || is_called(unit, &PROMOTES)
}

fn is_promotion(text: &str) -> bool {
    let text = text.to_lowercase();
    ["pg_promote", "pg_ctl promote", "promote-read-replica", "failover-db-cluster"]
        .iter()
        .any(|known| text.contains(known))
}

/// Whether a unit is called a fence, or makes sure that something is down.
fn fences(unit: &Unit) -> bool {
    let looks = |step: &Step| matches!(&step.action, Action::Check(check) if check.expect_down);
    unit.steps.iter().any(looks) || is_called(unit, &FENCES)
}
