//! L27: `{{ }}`, which people know as interpolation from other tools, is taken literally.

use super::super::{Action, Change, Command, CommandLine, EnvValue, Host, Http, Manual, Probe, Step, Url};
use super::{Subject, Warnings};
use crate::base::{Lang, Text};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (part, step, span) in subject.steps() {
        if !in_step(step) {
            continue;
        }
        warnings.report(part, Code::Braces, span, || {
            Finding::new(
                "`{{ }}` is not replaced by anything: it is taken literally",
                "`{{ }}`는 치환되지 않고 글자 그대로 쓰입니다",
            )
            .help(
                "inputs reach every command as environment: `$RELIGHT_INPUT_REASON` in a shell line",
                "입력 값은 환경 변수로 전달됩니다. 셸 명령에서는 `$RELIGHT_INPUT_REASON`처럼 쓰십시오",
            )
        });
    }
}

fn has(text: &str) -> bool {
    text.find("{{").is_some_and(|open| text[open..].contains("}}"))
}

fn in_text(text: &Text) -> bool {
    has(text.get(Lang::Ko)) || has(text.get(Lang::En))
}

fn in_step(step: &Step) -> bool {
    let action = match &step.action {
        Action::Command(command) => in_command(command),
        Action::Http(http) => in_http(http),
        Action::Tcp(tcp) => in_host(&tcp.host),
        Action::Look(look) => has(look.subject()),
        Action::Change(Change::Notify(notify)) => in_text(&notify.subject) || in_text(&notify.body),
        Action::Change(change) => has(change.subject()),
        Action::Check(check) => in_probe(&check.probe),
        Action::Manual(manual) => in_manual(manual),
        Action::Gate(gate) => in_text(&gate.question),
        Action::Decision(decision) => decision.branches.iter().any(|branch| in_text(&branch.title)),
        Action::Link(link) => link.inputs.values().any(|value| matches!(value, EnvValue::Literal(text) if has(text))),
        Action::Wait(_) | Action::Until(_) | Action::Mark(_) => false,
    };
    action || in_text(&step.title) || step.already_done.as_ref().is_some_and(in_probe)
}

fn in_manual(manual: &Manual) -> bool {
    in_text(&manual.instruction)
        || manual.expected.as_ref().is_some_and(in_text)
        || manual.copy.as_deref().is_some_and(has)
        || manual.measure.as_ref().is_some_and(|measure| in_text(&measure.unit))
        || manual.checklist.iter().any(|item| in_text(&item.title))
}

fn in_probe(probe: &Probe) -> bool {
    match probe {
        Probe::Command(command) => in_command(command),
        Probe::Http(http) => in_http(http),
        Probe::Tcp(tcp) => in_host(&tcp.host),
        Probe::Look(look) => has(look.subject()),
    }
}

fn in_command(command: &Command) -> bool {
    let line = match &command.line {
        CommandLine::Shell(line) => has(line),
        CommandLine::Argv(words) => words.iter().any(|word| has(word)),
    };
    let in_env = command.env.values().any(|value| match value {
        EnvValue::Literal(text) => has(text),
        EnvValue::Input(_) | EnvValue::Secret(_) | EnvValue::Output(..) => false,
    });
    line || in_env || command.dir.as_deref().is_some_and(has)
}

fn in_host(host: &Host) -> bool {
    match host {
        Host::Written(host) => has(host),
        Host::Of(_) => false,
    }
}

fn in_http(http: &Http) -> bool {
    let url = match &http.url {
        Url::Written(url) => url,
        Url::Of { rest, .. } => rest,
    };
    has(url)
        || http.body.as_deref().is_some_and(has)
        || http.headers.values().any(|value| match value {
            EnvValue::Literal(text) => has(text),
            EnvValue::Input(_) | EnvValue::Output(..) | EnvValue::Secret(_) => false,
        })
}
