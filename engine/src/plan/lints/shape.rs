//! E18 and E23: a unit has `run` or `start`, or exactly one of `gate`, `manual`, `wait` and `decision`, and it has
//! something to do.

use super::decision;
use crate::base::UnitId;
use crate::runbook::{Code, Finding, Findings, Spanned, Unit};

pub(in super::super) fn unit(id: &Spanned<UnitId>, unit: &Unit, whole: bool, findings: &mut Findings<'_>) {
    let short = [
        unit.gate.as_ref().map(|gate| ("gate", gate.span)),
        unit.manual.as_ref().map(|manual| ("manual", manual.span)),
        unit.wait.as_ref().map(|wait| ("wait", wait.span)),
        unit.decision.as_ref().map(|decision| ("decision", decision.span)),
    ];
    let mut short = short.into_iter().flatten();
    let first = short.next();
    if let (Some(run), Some(_)) = (&unit.run, &unit.start) {
        let at = run.first().map_or(id.span, |step| step.span);
        findings.report(Code::Shape, at, || {
            Finding::new(
                format!("the unit `{}` has both `run` and `start`, which are the same", id.value),
                format!("`{}` 단위에 뜻이 같은 `run`과 `start`가 함께 있습니다", id.value),
            )
            .also(id.span, "this unit", "이 단위")
            .help("put all its work under one of them", "작업을 한쪽에 모아 쓰십시오")
        });
    }
    let work = if unit.run.is_some() { Some("run") } else { unit.start.as_ref().map(|_| "start") };
    let clash = match first {
        Some(first) if work.is_some() => work.map(|work| (first, work)),
        Some((first, _)) => short.next().map(|second| (second, first)),
        None => None,
    };
    if let Some(((key, span), other)) = clash {
        findings.report(Code::Shape, span, || {
            Finding::new(
                format!("the unit `{}` has both `{other}` and `{key}`", id.value),
                format!("`{}` 단위에 `{other}`와(과) `{key}`이(가) 함께 있습니다", id.value),
            )
            .also(id.span, "this unit", "이 단위")
            .help(
                format!("write `{key}` as a step of `run`, or make a unit of its own of it"),
                format!("`{key}`을(를) `run`의 작업으로 쓰거나 별도의 단위로 나누십시오"),
            )
        });
    }
    let steps = [&unit.pre, &unit.run, &unit.start, &unit.post].into_iter().flatten().map(Vec::len).sum::<usize>();
    decision::alone(unit, steps, findings);
    if whole && first.is_none() && steps == 0 {
        findings.report(Code::Empties, id.span, || {
            Finding::new(
                format!("the unit `{}` does nothing", id.value),
                format!("`{}` 단위에 할 일이 없습니다", id.value),
            )
            .help(
                "give it `run`, or one of `gate`, `manual`, `wait`, `decision`",
                "`run`을 쓰거나 `gate`, `manual`, `wait`, `decision` 중 하나를 쓰십시오",
            )
        });
    }
}
