//! E70, E71, E72: a call of a runbook that can not be called, or not like that.

use super::super::compile::{CALLEES, DEPTH, Uncallable, WrittenLink};
use super::super::{Action, Body, EnvValue, Input, InputKind, Link, Plan, linking};
use crate::base::{InputName, Lang, RunbookId, Timestamp};
use crate::runbook::{Code, Finding, Findings, Severity, Span, Spanned, nearest};

/// Reports why a runbook can not be called.
pub(in super::super) fn uncallable(id: &Spanned<RunbookId>, why: &Uncallable, findings: &mut Findings<'_>) {
    match why {
        Uncallable::Missing(ids) => missing(id, ids, findings),
        Uncallable::Unreadable(cause) => findings.report(Code::UnknownRunbook, id.span, || {
            Finding::new(
                format!("the runbook `{}` can not be read: {cause}", id.value),
                format!("`{}` 런북을 읽을 수 없습니다: {cause}", id.value),
            )
            .help("let the engine read its file", "엔진이 그 파일을 읽을 수 있게 하십시오")
        }),
        Uncallable::Misnamed(found) => findings.report(Code::UnknownRunbook, id.span, || {
            let (en, ko) = if found.is_empty() {
                ("a component".to_owned(), "컴포넌트".to_owned())
            } else {
                (format!("the runbook `{found}`"), format!("`{found}` 런북"))
            };
            Finding::new(
                format!("the file named `{}` holds {en}", id.value),
                format!("이름이 `{}`인 파일에 든 것은 {ko}입니다", id.value),
            )
            .help(
                "give both the same name: a runbook that is called is found by the name of its file",
                "둘을 같은 이름으로 맞추십시오. 호출하는 런북은 파일 이름으로 찾습니다",
            )
        }),
        Uncallable::Broken(source, diagnostics) => findings.report(Code::UnknownRunbook, id.span, || {
            let first = diagnostics.iter().find(|found| found.severity() == Severity::Error);
            let says = |lang| first.map_or("", |found| found.message.get(lang));
            let line = first.and_then(|found| found.place_in_first()).map_or(0, |place| place.line);
            Finding::new(
                format!("the runbook `{}` has errors, the first in line {line}: {}", id.value, says(Lang::En)),
                format!("`{}` 런북에 오류가 있습니다. 첫 번째는 {line}행: {}", id.value, says(Lang::Ko)),
            )
            .help(
                format!("see `relight check {}`", source.path()),
                format!("`relight check {}`로 확인하십시오", source.path()),
            )
        }),
        Uncallable::Circle(circle) => findings.report(Code::CallCircle, id.span, || {
            let path = circle.iter().map(RunbookId::as_str).collect::<Vec<_>>().join(" → ");
            Finding::new(
                format!("these runbooks call each other in a circle: {path}"),
                format!("런북들이 서로를 호출하는 순환이 있습니다: {path}"),
            )
            .help(
                "remove one of these calls; none of them would ever end",
                "이 중 하나의 호출을 지우십시오. 어느 것도 끝나지 않습니다",
            )
        }),
        Uncallable::Deep => findings.report(Code::CallCircle, id.span, || {
            Finding::new(
                format!("runbooks call each other more than {DEPTH} deep here"),
                format!("여기서 런북 호출이 {DEPTH}단계보다 깊어집니다"),
            )
            .help("let fewer of them call others", "호출 단계를 줄이십시오")
        }),
        Uncallable::Many => findings.report(Code::CallCircle, id.span, || {
            Finding::new(
                format!("this runbook leads to more than {CALLEES} others"),
                format!("이 런북이 호출하게 되는 런북이 {CALLEES}개를 넘습니다"),
            )
            .help(
                "divide it: their plans are frozen with every run",
                "나누십시오. 호출되는 계획은 실행마다 함께 고정됩니다",
            )
        }),
        Uncallable::Said => {}
    }
}

fn missing(id: &Spanned<RunbookId>, ids: &[String], findings: &mut Findings<'_>) {
    findings.report(Code::UnknownRunbook, id.span, || {
        let finding = Finding::new(
            format!("there is no runbook `{}`", id.value),
            format!("`{}`(이)라는 런북이 없습니다", id.value),
        );
        match nearest(id.value.as_str(), ids.iter().map(String::as_str)) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(id.span, Some(near)),
            None => finding.help(
                format!("put it as `{}.yaml` beside this runbook, or elsewhere in its library", id.value),
                format!("이 런북 옆이나 라이브러리에 `{}.yaml`로 두십시오", id.value),
            ),
        }
    });
}

/// Holds what a call gives against what the called runbook asks for.
pub(in super::super) fn fits(written: &WrittenLink, body: &Body, plan: &Plan, findings: &mut Findings<'_>) {
    let asked = &plan.body().inputs;
    let (id, here) = (&written.runbook.value, written.runbook.span);
    let Some(link) = matching(written, body) else { return };
    for (name, value) in &link.inputs {
        let at = written.inputs.get(name).copied().unwrap_or(here);
        match asked.iter().find(|input| input.name == *name) {
            Some(input) => value_fits(input, value, body, at, findings),
            None => unknown(id, name, asked, at, findings),
        }
    }
    let wanting = |input: &&Input| input.required && !written.inputs.contains_key(&input.name);
    for input in asked.iter().filter(wanting) {
        findings.report(Code::CallInput, here, || {
            Finding::new(
                format!("`{id}` must be given a value for `{}`", input.name),
                format!("`{id}`에는 `{}`의 값이 있어야 합니다", input.name),
            )
            .help(
                format!("add it under `inputs:` of the call: `{}: {{input: name}}`", input.name),
                format!("호출의 `inputs:` 아래에 추가하십시오: `{}: {{input: 이름}}`", input.name),
            )
        });
    }
    let (ours, theirs) = (&body.modes, &plan.body().modes);
    let barred = ours.iter().find(|mode| !link.mock && !theirs.is_empty() && !theirs.contains(mode));
    if let Some(mode) = barred {
        findings.report(Code::CallInput, here, || {
            Finding::new(
                format!("this runbook may be run in the mode {}, and `{id}` may not", mode.keyword()),
                format!("이 런북은 {} 방식으로 실행할 수 있지만 `{id}`은(는) 그럴 수 없습니다", mode.keyword()),
            )
            .help(
                "take the mode out of `modes:`, add it there, or call it with `mode: mock`",
                "`modes:`에서 빼거나, 그쪽에 추가하거나, `mode: mock`으로 호출하십시오",
            )
        });
    }
}

/// The call in the plan that was written there.
fn matching<'b>(written: &WrittenLink, body: &'b Body) -> Option<&'b Link> {
    let unit = body.units.get(written.unit.at())?;
    let back = unit.rollback.iter().filter_map(|undo| match &undo.step.action {
        Action::Link(link) => Some(link),
        _ => None,
    });
    let same = |link: &&Link| link.runbook == written.runbook.value && link.inputs.keys().eq(written.inputs.keys());
    unit.links().chain(back).find(same).or_else(|| linking::links(body).find(same))
}

fn unknown(id: &RunbookId, name: &InputName, asked: &[Input], at: Span, findings: &mut Findings<'_>) {
    findings.report(Code::CallInput, at, || {
        let finding = Finding::new(
            format!("`{id}` does not ask for `{name}`"),
            format!("`{id}`에는 `{name}`(이)라는 입력 변수가 없습니다"),
        );
        match nearest(name.as_str(), asked.iter().map(|input| input.name.as_str())) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(at, Some(near)),
            None => finding.help("remove it, or declare it there", "지우거나, 그 런북에 선언하십시오"),
        }
    });
}

fn value_fits(input: &Input, value: &EnvValue, body: &Body, at: Span, findings: &mut Findings<'_>) {
    let from_secret =
        |name: &InputName| body.inputs.iter().any(|own| own.name == *name && own.kind == InputKind::Secret);
    let wrong: Option<(&str, &str)> = match (value, &input.kind) {
        (EnvValue::Literal(_) | EnvValue::Output(..), InputKind::Secret) => Some((
            "a secret input takes a secret input of this runbook: what is written, or said by a step, can be read",
            "비밀 항목에는 이 런북의 비밀 입력만 넘길 수 있습니다. 적은 값이나 작업의 출력은 읽힐 수 있습니다",
        )),
        (EnvValue::Input(name), InputKind::Secret) if !from_secret(name) => Some((
            "a secret input takes a secret input of this runbook, and this one is none",
            "비밀 항목에는 비밀 입력만 넘길 수 있는데 이 입력은 비밀이 아닙니다",
        )),
        (EnvValue::Input(name), _) if from_secret(name) && input.kind != InputKind::Secret => {
            Some(("a secret can not be given to an input that is none", "비밀은 비밀이 아닌 입력에 넘길 수 없습니다"))
        }
        (EnvValue::Secret(_), _) => Some((
            "a secret of the inventory is not passed on: let the steps of that runbook name it",
            "인벤토리의 비밀은 넘기지 않습니다. 그 런북의 작업이 직접 이름을 쓰게 하십시오",
        )),
        (EnvValue::Literal(text), InputKind::Enum(options)) if !options.contains(text) => {
            Some(("this is none of its options", "선택지에 없는 값입니다"))
        }
        (EnvValue::Literal(text), InputKind::Bool) if !matches!(text.as_str(), "true" | "false") => {
            Some(("a bool is `true` or `false`", "bool은 `true` 또는 `false`입니다"))
        }
        (EnvValue::Literal(text), InputKind::Datetime) if Timestamp::parse_iso(text).is_none() => Some((
            "this is no instant with its offset, such as `2026-11-21T09:00:00+09:00`",
            "`2026-11-21T09:00:00+09:00`처럼 시간대가 있는 시각이어야 합니다",
        )),
        (EnvValue::Literal(_) | EnvValue::Input(_) | EnvValue::Output(..), _) => None,
    };
    let Some((en, ko)) = wrong else { return };
    findings.report(Code::CallInput, at, || {
        Finding::new(format!("`{}`: {en}", input.name), format!("`{}`: {ko}", input.name))
            .help("change the value of this input", "이 입력의 값을 고치십시오")
    });
}
