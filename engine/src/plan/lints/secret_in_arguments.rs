//! L26: a secret on a command line, where every process list shows it.

use super::super::{Command, CommandLine, EnvValue, Input, InputKind};
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

/// Options and assignments that carry a secret in their value.
const SECRETIVE: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api-key",
    "api_key",
    "apikey",
    "access-key",
    "private-key",
];

/// Programs that take a password right behind `-p`.
const MYSQL: [&str; 9] = [
    "mysql",
    "mysqladmin",
    "mysqlbinlog",
    "mysqlcheck",
    "mysqldump",
    "mysqlimport",
    "mysqlshow",
    "mariadb",
    "mariadb-dump",
];

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let secrets: Vec<&Input> =
        subject.body.inputs.iter().filter(|input| matches!(input.kind, InputKind::Secret)).collect();
    for (part, command, span) in subject.commands() {
        if !written_out(command) && !passed_as_argument(command, &secrets) {
            continue;
        }
        warnings.report(part, Code::SecretInArguments, span, || {
            Finding::new(
                "a secret stands on this command line, where every process list shows it",
                "명령줄에 비밀 값이 있습니다. 프로세스 목록에 그대로 드러납니다",
            )
            .help(
                "declare an input of `type: secret`, hand it over with `env: {NAME: {input: x}}`, and let the program \
                 read its environment",
                "`type: secret` 입력 항목으로 선언하고 `env: {이름: {input: x}}`로 넘겨 프로그램이 환경 변수에서 읽게 하십시오",
            )
        });
    }
}

fn words(command: &Command) -> Vec<&str> {
    match &command.line {
        CommandLine::Shell(line) => line.split_whitespace().collect(),
        CommandLine::Argv(words) => words.iter().map(String::as_str).collect(),
    }
}

/// `--password=x`, `--password x`, `-pSECRET` of mysql, `PGPASSWORD=x`, `user:password@`.
fn written_out(command: &Command) -> bool {
    let words = words(command);
    let mysql = words.iter().any(|word| word.rsplit('/').next().is_some_and(|name| MYSQL.contains(&name)));
    words.iter().enumerate().any(|(at, word)| {
        if mysql && word.starts_with("-p") && word.len() > 2 {
            return true;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None if word.starts_with("--") => (*word, words.get(at + 1).copied()),
            None => return in_address(word),
        };
        let name = name.trim_start_matches('-').to_ascii_lowercase();
        let is_secretive = SECRETIVE.iter().any(|secretive| name.ends_with(secretive));
        is_secretive && value.is_some_and(is_literal)
    })
}

/// A password inside an address: `postgres://app:hunter2@db/`.
fn in_address(word: &str) -> bool {
    let authority = word.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let userinfo = authority.and_then(|authority| authority.rsplit_once('@')).map(|(userinfo, _)| userinfo);
    userinfo.and_then(|userinfo| userinfo.split_once(':')).is_some_and(|(_, password)| is_literal(password))
}

/// Whether a value stands there itself, and not a variable or a file that holds it.
fn is_literal(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    !value.is_empty() && !value.starts_with(['$', '@', '-', '<', '/'])
}

/// A shell line that puts a variable with a secret input into the arguments of another program.
fn passed_as_argument(command: &Command, secrets: &[&Input]) -> bool {
    let CommandLine::Shell(line) = &command.line else { return false };
    let secret = |value: &EnvValue| match value {
        EnvValue::Input(name) => secrets.iter().any(|input| input.name == *name),
        EnvValue::Secret(_) => true,
        EnvValue::Literal(_) | EnvValue::Output(..) => false,
    };
    command.env.iter().filter(|(_, value)| secret(value)).any(|(name, _)| {
        line.contains(&format!("${{{name}}}"))
            || line.split(['$']).skip(1).any(|after| {
                after
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str) -> Command {
        Command {
            line: CommandLine::Shell(line.to_owned()),
            on: None,
            env: std::collections::BTreeMap::new(),
            dir: None,
            exit: vec![0],
            stdout: None,
        }
    }

    #[test]
    fn secrets_written_out_are_told_from_those_handed_over() {
        for line in [
            "mysql -uroot -phunter2 -e 'select 1'",
            "mysql -uroot -p$PW",
            "PGPASSWORD=hunter2 psql",
            "curl --token abc http://x/",
            "tool --password=hunter2",
            "psql postgres://app:hunter2@db/app",
        ] {
            assert!(written_out(&shell(line)), "{line}");
        }
        for line in [
            "find x -name mysql-all-* -print",
            "psql -p 5432",
            "tool --password-file /run/pw",
            "tool --password $PW",
            "make -p",
        ] {
            assert!(!written_out(&shell(line)), "{line}");
        }
    }
}
