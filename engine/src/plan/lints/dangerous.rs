//! L08: a command that destroys more than a runbook should, without asking.

use super::super::{Command, CommandLine};
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (part, command, span) in subject.commands() {
        let Some(what) = danger(command) else { continue };
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

fn danger(command: &Command) -> Option<Danger> {
    match &command.line {
        CommandLine::Argv(words) => dangerous_words(&words.iter().map(String::as_str).collect::<Vec<_>>()),
        CommandLine::Shell(line) => line
            .split([';', '|', '&', '\n', '(', ')'])
            .find_map(|part| dangerous_words(&part.split_whitespace().collect::<Vec<_>>())),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_dangerous(line: &str) -> bool {
        line.split([';', '|', '&']).any(|part| dangerous_words(&part.split_whitespace().collect::<Vec<_>>()).is_some())
    }

    #[test]
    fn what_destroys_is_told_from_what_cleans_up() {
        for line in
            ["rm -rf /", "sudo /bin/rm -r -f /*", "cd x && rm -fr ~", "mkfs.ext4 /dev/sdb", "dd if=a of=/dev/sda"]
        {
            assert!(is_dangerous(line), "{line}");
        }
        for line in ["rm -rf /var/tmp/drill", "rm /etc/motd", "dd if=/dev/zero of=/dev/null", "echo rm -rf /"] {
            assert!(!is_dangerous(line), "{line}");
        }
    }
}
