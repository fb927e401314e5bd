//! L08: a command that destroys more than a runbook should, without asking.

use super::super::{Action, Change, Command, CommandLine, Step};
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (part, step, span) in subject.steps() {
        let Some(what) = danger_of(step) else { continue };
        warnings.report(part, Code::Dangerous, span, || {
            Finding::new(format!("this command {}", what.en), format!("이 명령은 {}", what.ko)).help(
                "name what is to be changed exactly, and put a gate before it",
                "대상을 정확히 지정하고 앞에 승인 게이트를 두십시오",
            )
        });
    }
}

struct Danger {
    en: &'static str,
    ko: &'static str,
}

fn danger_of(step: &Step) -> Option<Danger> {
    if let Action::Change(Change::Sql(sql)) = &step.action {
        return drops(&sql.statement);
    }
    let command = step.action.command()?;
    let is_asked = matches!(step.action, Action::Check(_));
    danger(command).or_else(|| match &command.line {
        CommandLine::Shell(line) if !is_asked && goes_on_after_failure(line) => Some(Danger {
            en: "goes on after one of its lines has failed: begin it with `set -e`",
            ko: "중간의 줄이 실패해도 계속 진행합니다. `set -e`로 시작하십시오",
        }),
        CommandLine::Shell(_) | CommandLine::Argv(_) => None,
    })
}

fn danger(command: &Command) -> Option<Danger> {
    match &command.line {
        CommandLine::Argv(words) => {
            dangerous_words(&words.iter().map(String::as_str).collect::<Vec<_>>()).or_else(|| drops(&words.join(" ")))
        }
        CommandLine::Shell(line) => line
            .split([';', '|', '&', '\n', '(', ')'])
            .find_map(|part| dangerous_words(&part.split_whitespace().collect::<Vec<_>>()))
            .or_else(|| drops(line)),
    }
}

/// Whether a line of a script only says what a name or a function stands for.
fn can_not_fail(line: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_value = line.split_once('=').is_some_and(|(name, value)| {
        is_name(name.trim_start_matches("export "))
            && !value.contains("$(")
            && !value.contains('`')
            && !value.contains(' ')
    });
    is_value || line.split_once("()").is_some_and(|(name, body)| is_name(name) && body.trim_start().starts_with('{'))
}

/// Names by which people call what may be dropped: copies, and what was restored beside the original.
const SCRATCH: [&str; 8] = ["verify", "scratch", "restore", "tmp", "temp", "test", "old", "copy"];

/// A statement that drops or empties what is not called a copy.
fn drops(statement: &str) -> Option<Danger> {
    let statement = statement.to_lowercase();
    let words: Vec<&str> = statement.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';')).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.windows(2).enumerate().find_map(|(at, pair)| {
        let is_grave = matches!(pair, ["drop", "database" | "schema" | "table"] | ["truncate", "table"]);
        let name = words[at + 2..].iter().find(|word| !matches!(**word, "if" | "exists"))?;
        (is_grave && !SCRATCH.iter().any(|scratch| name.contains(scratch)))
            .then_some(Danger {
                en: "drops or empties data that is no copy", ko: "사본이 아닌 데이터를 지웁니다"
            })
    })
}

/// A script of several lines of which a failed one does not end it.
fn goes_on_after_failure(script: &str) -> bool {
    const OPEN: [&str; 6] = ["if", "for", "while", "until", "case", "{"];
    const CLOSE: [&str; 4] = ["fi", "done", "esac", "}"];
    let is_set = |line: &str| {
        line.strip_prefix("set -")
            .is_some_and(|flags| flags.split_whitespace().next().is_some_and(|it| it.contains('e')))
    };
    let (mut depth, mut statements, mut goes_on) = (0_usize, 0_usize, false);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if is_set(line) {
            return false;
        }
        let first = line.split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
        if CLOSE.contains(&first) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && !goes_on && !can_not_fail(line) {
            statements += 1;
        }
        let is_open = OPEN.contains(&first) || line.ends_with('{');
        let is_closed = line.split(|c: char| c.is_whitespace() || c == ';').any(|word| CLOSE.contains(&word));
        depth += usize::from(is_open && !is_closed);
        goes_on = ["\\", "&&", "||", "|"].iter().any(|joint| line.ends_with(joint));
    }
    statements > 1
}

fn dangerous_words(words: &[&str]) -> Option<Danger> {
    let words = if words.first() == Some(&"sudo") { &words[1..] } else { words };
    let (program, arguments) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    let flag = |letter: char, long: &str| {
        arguments
            .iter()
            .any(|word| *word == long || (word.starts_with('-') && !word.starts_with("--") && word.contains(letter)))
    };
    let at_root = arguments.iter().any(|word| {
        let word = word.trim_matches(['"', '\'']);
        matches!(word, "/" | "/*" | "~" | "~/" | "$HOME" | "${HOME}")
            || (word.starts_with("/$") && !word[1..].contains('/'))
    });
    match program {
        "rm" if flag('r', "--recursive") && (at_root || arguments.contains(&"--no-preserve-root")) => {
            Some(Danger { en: "deletes a whole file system", ko: "파일 시스템 전체를 지웁니다" })
        }
        "find" if arguments.contains(&"-delete") || is_removing(arguments) => {
            let is_bounded =
                arguments.contains(&"-mindepth") || arguments.windows(2).any(|pair| pair == ["-type", "f"]);
            (!is_bounded).then_some(Danger {
                en: "may delete the folder that it looks through: add `-type f` or `-mindepth 1`",
                ko: "찾는 폴더 자체를 지울 수 있습니다. `-type f`나 `-mindepth 1`을 추가하십시오",
            })
        }
        "dd" if arguments.iter().any(|word| word.starts_with("of=/dev/") && !word.starts_with("of=/dev/null")) => {
            Some(Danger { en: "writes over a device", ko: "장치를 덮어씁니다" })
        }
        "wipefs" => Some(Danger { en: "removes a file system", ko: "파일 시스템을 제거합니다" }),
        "chmod" | "chown" if flag('R', "--recursive") && at_root => Some(Danger {
            en: "changes the rights of a whole file system",
            ko: "파일 시스템 전체의 권한을 바꿉니다",
        }),
        _ if program == "mkfs" || program.starts_with("mkfs.") => Some(Danger {
            en: "makes a new file system over an old one",
            ko: "기존 파일 시스템을 새로 포맷합니다",
        }),
        _ => None,
    }
}

/// Whether `find` lets `rm` remove folders as well.
fn is_removing(arguments: &[&str]) -> bool {
    let removed = arguments.iter().position(|word| word.rsplit('/').next() == Some("rm"));
    removed.is_some_and(|at| arguments[at + 1..].iter().any(|word| word.starts_with('-') && word.contains(['r', 'R'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_go_on_after_a_failure_are_told_from_those_that_do_not() {
        for script in ["stop app\nstart app\n", "x=$(a)\nfor i in 1 2; do\n  b $i\ndone\n"] {
            assert!(goes_on_after_failure(script), "{script}");
        }
        for script in [
            "set -eu\na\nb\n",
            "field() { sed -n 1p; }\ntries=0\nwhile :; do\n  a\ndone\n",
            "a &&\nb\n",
            "a \\\n  --long\n",
            "# first\na\n",
            "if a; then\n  b\nelse\n  c\nfi\n",
            "for i in 1 2; do\n  b $i || exit 1\ndone\n",
        ] {
            assert!(!goes_on_after_failure(script), "{script}");
        }
    }

    #[test]
    fn what_drops_data_is_told_from_what_drops_a_copy() {
        for statement in ["DROP DATABASE app", "drop table if exists account;", "psql -c 'truncate table ledger'"] {
            assert!(drops(statement).is_some(), "{statement}");
        }
        for statement in
            ["DROP DATABASE verify_12", "drop table", "select 'drop' from t", "DROP DATABASE [app_restore]"]
        {
            assert!(drops(statement).is_none(), "{statement}");
        }
    }

    fn is_dangerous(line: &str) -> bool {
        line.split([';', '|', '&']).any(|part| dangerous_words(&part.split_whitespace().collect::<Vec<_>>()).is_some())
    }

    #[test]
    fn what_destroys_is_told_from_what_cleans_up() {
        for line in [
            "rm -rf /",
            "find /backup -mtime +3 -delete",
            "find /backup -exec /bin/rm -rf {} +",
            "sudo /bin/rm -r -f /*",
            "cd x && rm -fr ~",
            "mkfs.ext4 /dev/sdb",
            "dd if=a of=/dev/sda",
        ] {
            assert!(is_dangerous(line), "{line}");
        }
        for line in [
            "find /b -type f -delete",
            "find /b -exec rm -f {} +",
            "rm -rf /var/tmp/drill",
            "rm /etc/motd",
            "dd if=/dev/zero of=/dev/null",
            "echo rm -rf /",
        ] {
            assert!(!is_dangerous(line), "{line}");
        }
    }
}
