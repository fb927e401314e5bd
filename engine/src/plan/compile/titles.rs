//! What a step is called where its author gave it no name.

use super::super::{Action, CommandLine, Look, MarkKind, Moment, Probe};
use crate::base::Text;

/// Characters of a command that stand in a title.
const TITLE_LENGTH: usize = 60;

pub(super) fn of(action: &Action) -> Text {
    match action {
        Action::Command(command) => Text::plain(line(&command.line)),
        Action::Http(http) => Text::plain(format!("{} {}", http.method, cut(&http.url.to_string()))),
        Action::Tcp(tcp) => Text::plain(format!("tcp {tcp}")),
        Action::Look(look) => Text::plain(look_title(look)),
        Action::Change(change) => Text::plain(format!("{} {}", change.keyword(), cut(change.subject()))),
        Action::Check(check) => {
            let asked = match &check.probe {
                Probe::Command(command) => line(&command.line),
                Probe::Http(http) => format!("{} {}", http.method, cut(&http.url.to_string())),
                Probe::Tcp(tcp) => format!("tcp {tcp}"),
                Probe::Look(look) => look_title(look),
            };
            Text::new(format!("점검: {asked}"), format!("check: {asked}"))
        }
        Action::Wait(time) => Text::new(format!("{time} 대기"), format!("wait {time}")),
        Action::Until(Moment::At(moment)) => {
            let (ko, en) = (moment.in_seoul(), moment.to_iso());
            Text::new(format!("{ko}까지 대기"), format!("wait until {en}"))
        }
        Action::Until(Moment::Input(name)) => {
            Text::new(format!("{name} 시각까지 대기"), format!("wait until the instant of {name}"))
        }
        Action::Mark(mark) => mark_title(*mark),
        Action::Manual(manual) => manual.instruction.clone(),
        Action::Gate(gate) => gate.question.clone(),
        Action::Link(link) => Text::new(format!("{} 호출", link.runbook), format!("call {}", link.runbook)),
        Action::Decision(decision) => {
            let names = decision.branches.iter().map(|branch| branch.name.as_str()).collect::<Vec<_>>().join(" | ");
            Text::new(format!("분기 선택: {}", cut(&names)), format!("choose: {}", cut(&names)))
        }
    }
}

fn line(line: &CommandLine) -> String {
    match line {
        CommandLine::Shell(line) => cut(line),
        CommandLine::Argv(words) => cut(&words.join(" ")),
    }
}

fn look_title(look: &Look) -> String {
    format!("{} {}", look.keyword(), cut(look.subject()))
}

fn cut(text: &str) -> String {
    let first = text.trim().lines().next().unwrap_or_default();
    match first.char_indices().nth(TITLE_LENGTH) {
        Some((end, _)) => format!("{}…", &first[..end]),
        None => first.to_owned(),
    }
}

fn mark_title(mark: MarkKind) -> Text {
    let (ko, en) = match mark {
        MarkKind::Event => ("발생 시각 기록", "record the event"),
        MarkKind::Detect => ("인지 시각 기록", "record the detection"),
        MarkKind::Declare => ("선포 시각 기록", "record the declaration"),
        MarkKind::Start => ("시작 시각 기록", "record the start"),
        MarkKind::Verified => ("업무 확인 시각 기록", "record the verification"),
        MarkKind::Resume => ("업무 재개 시각 기록", "record the resumption"),
        MarkKind::FailbackDone => ("환원 완료 시각 기록", "record the end of failback"),
        MarkKind::Close => ("종결 시각 기록", "record the closing"),
    };
    Text::new(ko, en)
}
