//! E18, E21 and E23: decisions beside other work, branches of one name, decisions without cases.

use std::collections::HashMap;

use crate::plan::compile::OTHERWISE;
use crate::runbook::{Action, Code, Decision, Finding, Findings, Span, Unit};

/// Reports names that stand for two branches.
pub(in super::super) fn names(decision: &Decision, findings: &mut Findings<'_>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for name in decision.cases.iter().flatten().filter_map(|case| case.name.as_ref()) {
        if name.as_str() == OTHERWISE {
            findings.report(Code::DuplicateId, name.span, || {
                Finding::new(
                    "`otherwise` is the branch where no case holds",
                    "`otherwise`는 맞는 분기가 없을 때 택하는 분기의 이름입니다",
                )
                .help("give this case another name", "이 분기에 다른 이름을 붙이십시오")
            });
        } else if let Some(first) = seen.insert(name.as_str(), name.span) {
            findings.report(Code::DuplicateId, name.span, || {
                Finding::new(
                    format!("another case of this decision has the name `{}`", name.value),
                    format!("이 분기 선택에 `{}`(이)라는 분기가 이미 있습니다", name.value),
                )
                .here("the second", "두 번째")
                .also(first, "the first", "첫 번째")
                .help("give one of them another name", "하나에 다른 이름을 붙이십시오")
            });
        }
    }
}

/// A unit that decides does nothing else, and has something to decide about.
pub(super) fn alone(unit: &Unit, steps: usize, findings: &mut Findings<'_>) {
    let in_steps = [&unit.pre, &unit.run, &unit.start, &unit.post].into_iter().flatten().flatten();
    let short = unit.decision.as_ref().map(|decision| (decision.span, &decision.value));
    let decisions = in_steps.filter_map(|step| match &step.action {
        Action::Decision(decision) => Some((step.span, decision)),
        Action::Call(_)
        | Action::Check(..)
        | Action::Wait(_)
        | Action::Notify(_)
        | Action::Mark(_)
        | Action::Manual(_)
        | Action::Gate(_)
        | Action::Link(_) => None,
    });
    for (span, decision) in decisions.chain(short) {
        if steps + usize::from(unit.decision.is_some()) > 1 {
            findings.report(Code::Shape, span, || {
                Finding::new(
                    "a unit that decides does nothing else",
                    "분기를 선택하는 단위는 다른 작업을 하지 않습니다",
                )
                .help(
                    "make a unit of its own of the decision, and let it need the unit that does the work",
                    "분기 선택을 별도의 단위로 나누고, 작업하는 단위를 needs에 쓰십시오",
                )
            });
        }
        if decision.cases.as_ref().is_some_and(Vec::is_empty) {
            findings.report(Code::Empties, span, || {
                Finding::new("this decision has no cases", "이 분기 선택에 분기가 없습니다").help(
                    "add a case: `{name: …, when: …, select: […]}`",
                    "`{name: …, when: …, select: […]}` 분기를 추가하십시오",
                )
            });
        }
    }
}
