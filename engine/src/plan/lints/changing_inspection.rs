//! L25: a step that changes something in a runbook that only looks.

use super::super::{Action, Change, Command, CommandLine, Kind, Probe, Step};
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

/// Programs that change something, whatever they are told.
const CHANGING: [&str; 24] = [
    "rm", "mv", "cp", "dd", "tee", "truncate", "mkdir", "rmdir", "touch", "ln", "chmod", "chown", "kill", "pkill",
    "killall", "reboot", "shutdown", "halt", "poweroff", "mkfs", "mount", "umount", "useradd", "passwd",
];
/// Words behind a program that make it change something.
const ORDERS: [(&str, &[&str]); 4] = [
    ("systemctl", &["start", "stop", "restart", "reload", "kill", "enable", "disable", "mask", "isolate"]),
    ("service", &["start", "stop", "restart", "reload"]),
    ("ip", &["add", "del", "delete", "set", "flush", "replace"]),
    ("sed", &["-i", "--in-place"]),
];

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    if subject.body.kind != Kind::Inspection {
        return;
    }
    for (part, _, span) in subject.steps().filter(|(_, step, _)| changes(step)) {
        warnings.report(part, Code::ChangingInspection, span, || {
            Finding::new(
                "this runbook is an inspection, and this step may change something",
                "점검 전용 런북인데 무언가를 바꿀 수 있는 작업입니다",
            )
            .help(
                "ask with `check`, which changes nothing; move what repairs into a runbook of its own",
                "아무것도 바꾸지 않는 `check`로 확인하십시오. 조치는 별도 런북으로 옮기십시오",
            )
        });
    }
}

fn changes(step: &Step) -> bool {
    match &step.action {
        Action::Check(check) => match &check.probe {
            Probe::Command(command) => gives_orders(command),
            Probe::Http(http) => !http.is_read_only(),
            Probe::Tcp(_) | Probe::Look(_) => false,
        },
        // What people do is theirs to judge.
        Action::Manual(_) | Action::Gate(_) => false,
        // What it calls changes what it likes.
        Action::Link(link) => !link.mock,
        // Telling people what was found changes nothing.
        Action::Change(Change::Notify(_)) => false,
        Action::Command(_) | Action::Change(_) | Action::Http(_) => !step.action.is_read_only(),
        Action::Tcp(_)
        | Action::Look(_)
        | Action::Wait(_)
        | Action::Until(_)
        | Action::Mark(_)
        | Action::Decision(_) => false,
    }
}

/// Whether a command that is asked as a question has a program in it that changes something.
fn gives_orders(command: &Command) -> bool {
    match &command.line {
        CommandLine::Argv(words) => changes_by_words(&words.iter().map(String::as_str).collect::<Vec<_>>()),
        CommandLine::Shell(line) => line
            .split([';', '|', '&', '\n', '(', ')'])
            .any(|part| changes_by_words(&part.split_whitespace().collect::<Vec<_>>())),
    }
}

fn changes_by_words(words: &[&str]) -> bool {
    let words = if words.first() == Some(&"sudo") { &words[1..] } else { words };
    let Some((program, arguments)) = words.split_first() else { return false };
    let program = program.rsplit('/').next().unwrap_or(program);
    let is_ordered =
        |(name, orders): &(&str, &[&str])| *name == program && arguments.iter().any(|it| orders.contains(it));
    CHANGING.contains(&program) || ORDERS.iter().any(is_ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_told_from_orders() {
        let is_order = |line: &str| changes_by_words(&line.split_whitespace().collect::<Vec<_>>());
        for line in [
            "rm -f /tmp/x",
            "sudo systemctl restart nginx",
            "/bin/kill 1",
            "sed -i s/a/b/ f",
            "ip addr add 10.0.0.1/24",
        ] {
            assert!(is_order(line), "{line}");
        }
        for line in ["systemctl is-active nginx", "sed -n 1p f", "ip addr show", "grep -q rm f", "cat /etc/passwd"] {
            assert!(!is_order(line), "{line}");
        }
    }
}
