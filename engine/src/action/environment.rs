//! What a command gets to see: the order for the keeper or for another host, made of a step and the run's inputs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::keeper::Order;
use super::ssh::{Line, Work};
use super::{Environment, Launch};
use crate::base::{InputName, OutputName, Secret, SecretName, TargetName, UnitId};
use crate::inventory::LOCAL;
use crate::plan::{Command, CommandLine, EnvValue, InputKind, UnitIx};
use crate::run::{Cause, CauseKind};

/// Values of the inventory's secrets that a step names.
pub(super) type Secrets = BTreeMap<SecretName, Secret>;

/// The target that a command runs on; `None` is the engine's own host.
pub(super) fn target<'a>(launch: &'a Launch, command: &'a Command) -> Option<&'a TargetName> {
    let target = command.on.as_ref().or(launch.plan.unit(launch.unit).on.as_ref());
    target.filter(|target| target.as_str() != LOCAL)
}

/// Makes the order for a command on this host, or says why it can not be carried out.
pub(super) fn order(launch: &Launch, command: &Command, secrets: &Secrets, work: &Path) -> Result<Order, Cause> {
    let work = work.join(command.dir.as_deref().unwrap_or_default());
    let dir = work.to_str().ok_or_else(|| {
        let path = work.display();
        refused(format!("경로 {path}은(는) 올바른 UTF-8이 아닙니다"), format!("the path {path} is not valid UTF-8"))
    })?;
    let mut env = variables(launch, command, secrets, launch.environment.base.clone())?;
    let argv = match &command.line {
        CommandLine::Shell(script) => {
            if let Some(words) = plain_words(script) {
                // What the shell would have told it.
                env.insert("PWD".to_owned(), dir.to_owned());
                words
            } else {
                vec!["sh".to_owned(), "-c".to_owned(), script.clone()]
            }
        }
        CommandLine::Argv(words) => words.clone(),
    };
    let env = env.into_iter().collect();
    Ok(Order { argv, env, dir: dir.to_owned(), look_for: command.stdout.clone(), keep: launch.keeps() })
}

/// What a command is on another host: the same, beside the variables of the login there instead of this engine's.
pub(super) fn work(launch: &Launch, command: &Command, secrets: &Secrets) -> Result<Work, Cause> {
    let env = variables(launch, command, secrets, BTreeMap::new())?;
    let dir = command.dir.clone().unwrap_or_default();
    let (line, words) = match &command.line {
        CommandLine::Shell(script) => (Line::Shell(script.clone()), std::slice::from_ref(script)),
        CommandLine::Argv(words) => (Line::Words(words.clone()), words.as_slice()),
    };
    if let Some(name) = env.keys().find(|name| !fits_a_shell(name)) {
        return Err(refused(
            format!("{name:?} 은(는) 다른 호스트에서 환경 변수가 될 수 없습니다. 셸이 받는 이름을 쓰십시오"),
            format!("{name:?} can not be an environment variable on another host: give it a name that a shell takes"),
        ));
    }
    let texts = words.iter().chain(std::iter::once(&dir)).chain(env.values());
    if texts.clone().any(|text| text.contains('\0')) {
        return Err(refused(
            "명령에 NUL 문자가 있습니다. 빼십시오".to_owned(),
            "there is a NUL in the command: leave it out".to_owned(),
        ));
    }
    if texts.clone().any(|text| text.len() >= LONGEST) {
        return Err(refused(
            format!("명령이나 환경 변수 하나가 {LONGEST} 바이트를 넘습니다. 파일로 나누어 보내십시오"),
            format!("the command or one of its variables has more than {LONGEST} bytes: bring it there as a file"),
        ));
    }
    let env = env.into_iter().collect();
    Ok(Work { line, env, dir, look_for: command.stdout.clone(), keep: launch.keeps() })
}

/// Longest argument or variable, in bytes. What Linux takes is 128 KiB with its name.
const LONGEST: usize = 120 << 10;

/// Whether a shell takes a variable of this name from a script. Some it keeps for itself, and those that begin with
/// `_rl_` are the scripts' own.
fn fits_a_shell(name: &str) -> bool {
    const KEPT: [&str; 7] = ["BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "RELIGHT_SCRIPT", "SHELLOPTS", "UID"];
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(letters)
        && !name.starts_with("_rl_")
        && !KEPT.contains(&name)
}

/// The words of a script that a shell would only split at its blanks and execute. A shell costs as much as starting the
/// program itself, so it is left out where nobody could tell: the program is named by its whole path and can be executed
/// as it is, and no character of the line means anything to a shell.
fn plain_words(script: &str) -> Option<Vec<String>> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%= ".contains(c);
    let program = script.split(' ').next().filter(|word| word.starts_with('/') && !word.contains('='))?;
    (script.chars().all(plain) && is_executable_as_it_is(program))
        .then(|| script.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

/// A script without its `#!` line is read by the shell that was asked to execute it, so it needs one.
fn is_executable_as_it_is(program: &str) -> bool {
    let mut start = [0; 4];
    let read = File::open(program).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && (start == *b"\x7fELF" || start.starts_with(b"#!"))
}

fn variables(
    launch: &Launch,
    command: &Command,
    secrets: &Secrets,
    base: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Cause> {
    let environment = &*launch.environment;
    let mut env = base;
    for (name, value) in &environment.inputs {
        env.insert(variable_name(name), value.clone());
    }
    for ((unit, name), value) in &*launch.outputs {
        env.extend(output_name(&launch.plan.unit(*unit).id, name).map(|name| (name, value.clone())));
    }
    env.insert("RELIGHT_RUN".to_owned(), launch.run.to_string());
    env.insert("RELIGHT_UNIT".to_owned(), launch.plan.unit(launch.unit).id.to_string());
    env.insert("RELIGHT_ATTEMPT".to_owned(), launch.attempt.0.to_string());
    for (name, value) in &command.env {
        env.insert(name.clone(), self::value(launch, value, secrets)?);
    }
    if let Some((name, _)) = env.iter().find(|(name, value)| unfit(name) || value.contains('\0')) {
        return Err(refused(
            format!("{name:?}은(는) 환경 변수가 될 수 없습니다. 이름에는 '=', 값에는 NUL이 없어야 합니다"),
            format!("{name:?} can not be an environment variable: names have no '=', values no NUL"),
        ));
    }
    Ok(env)
}

fn unfit(name: &str) -> bool {
    name.is_empty() || name.contains(['=', '\0'])
}

/// A value as the runbook gives it.
pub(super) fn value(launch: &Launch, value: &EnvValue, secrets: &Secrets) -> Result<String, Cause> {
    match value {
        EnvValue::Literal(text) => Ok(text.clone()),
        EnvValue::Input(input) => named_input(launch, &launch.environment, input),
        EnvValue::Output(unit, output) => named_output(launch, *unit, output),
        // All that a step names were fetched for it.
        EnvValue::Secret(name) => Ok(secrets.get(name).map(|value| value.expose().to_owned()).unwrap_or_default()),
    }
}

fn named_input(launch: &Launch, environment: &Environment, input: &InputName) -> Result<String, Cause> {
    if let Some(value) = environment.inputs.get(input) {
        return Ok(value.clone());
    }
    if let Some(secret) = environment.secrets.get(input) {
        return Ok(secret.expose().to_owned());
    }
    let declared = launch.plan.body().inputs.iter().find(|declared| declared.name == *input);
    match declared {
        Some(declared) if declared.required && matches!(declared.kind, InputKind::Secret) => Err(refused(
            format!(
                "엔진과 프로세스 관리자가 모두 다시 시작되어 비밀 입력값 {input}을(를) 더는 알 수 없습니다. 다시 \
                 입력하고 재시도하십시오"
            ),
            format!(
                "the secret {input} is not known any more, since both the engine and the keeper of processes were \
                 restarted: give it again and retry"
            ),
        )),
        Some(_) | None => Ok(String::new()),
    }
}

fn named_output(launch: &Launch, unit: UnitIx, output: &OutputName) -> Result<String, Cause> {
    let said = launch.outputs.get(&(unit, output.clone()));
    said.cloned().ok_or_else(|| {
        let unit = &launch.plan.unit(unit).id;
        refused(
            format!(
                "{unit}의 출력값 {output}이(가) 이 실행에 없습니다. 그 단위를 다시 실행하거나, 값이 없어도 되면 when으로 \
                 확인하십시오"
            ),
            format!(
                "{unit} did not say {output} in this run: run that unit again, or ask with `when` where it may be absent"
            ),
        )
    })
}

/// `db-restore` and `lag` become `RELIGHT_OUTPUT_DB_RESTORE_LAG`. `None` for letters that not every shell takes; such
/// values reach a command under a name that its author gives them.
fn output_name(unit: &UnitId, output: &OutputName) -> Option<String> {
    let name = format!("{unit}_{output}").to_uppercase().replace(['-', '.'], "_");
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then(|| format!("RELIGHT_OUTPUT_{name}"))
}

/// `db-host` becomes `RELIGHT_INPUT_DB_HOST`.
fn variable_name(input: &InputName) -> String {
    let name = input.as_str().to_uppercase().replace(|c: char| !c.is_alphanumeric(), "_");
    format!("RELIGHT_INPUT_{name}")
}

fn refused(ko: String, en: String) -> Cause {
    Cause::new(CauseKind::Refused, ko, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_that_a_shell_would_merely_execute_goes_without_one() {
        assert_eq!(plain_words("/bin/sleep 0.05").unwrap(), ["/bin/sleep", "0.05"]);
        assert_eq!(plain_words("/bin/dd if=/dev/null  count=1").unwrap(), ["/bin/dd", "if=/dev/null", "count=1"]);
        for script in [
            "true",
            "exit 3",
            "A=1 /bin/true",
            "/bin/true; /bin/false",
            "/bin/echo $HOME",
            "/bin/echo *",
            "/bin/echo ~",
            "/bin/echo 'a b'",
            "/bin/true\n/bin/false",
            "/bin/echo 한글",
            "/no/such/program",
            "/etc/hostname",
            "",
        ] {
            assert_eq!(plain_words(script), None, "{script}");
        }
    }
}
