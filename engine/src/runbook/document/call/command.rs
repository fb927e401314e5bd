//! `command`: a process.

use serde_json::{Value, json};

use super::kind::{Call, CallKeys};
use crate::base::{InputName, SecretName, TargetName};
use crate::runbook::Spanned;
use crate::runbook::diagnostic::Finding;
use crate::runbook::document::inventory::SecretRef;
use crate::runbook::read::{Count, Definitions, EnvName, Many, Named, Read, Reader, shape};
use crate::runbook::tree::{Kind, NodeId};

/// A process to run.
#[derive(Debug, Clone)]
pub struct Command {
    /// What is executed.
    pub line: Spanned<CommandLine>,
    /// On which target.
    pub on: Option<Spanned<TargetName>>,
    /// Extra environment.
    pub env: Vec<Named<EnvName, EnvValue>>,
    /// Working directory.
    pub dir: Option<String>,
    /// Exit codes that mean success.
    pub exit: Vec<u8>,
    /// Text that standard output must contain.
    pub stdout: Option<String>,
}

shape! {
    /// A process to run.
    pub(super) struct CommandKeys ["`command`", "`command`"] {
        /// A process: a string for sh -c, or a list of program and arguments without a shell.
        (required) "command" => line: Spanned<CommandLine>,
        /// Beside command: the target it runs on.
        "on" => on: Spanned<TargetName>,
        /// Beside command: extra environment, texts, {input: name}, {output: unit.name} or {secret: name}.
        "env" => env: Vec<Named<EnvName, EnvValue>>,
        /// Beside command: the working directory.
        "dir" => dir: String,
        /// Beside command: exit codes that mean success; 0 where absent.
        "exit" => exit: Many<Count<0, 255>>,
        /// Beside command: text that standard output must contain.
        "stdout" => stdout: String,
    }
}

impl CallKeys for CommandKeys {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        Some(Call::Command(Box::new(Command {
            line: self.line?,
            on: self.on,
            env: self.env.unwrap_or_default(),
            dir: self.dir,
            exit: self.exit.map(Many::small).unwrap_or_default(),
            stdout: self.stdout,
        })))
    }
}

/// The two forms of a command.
#[derive(Debug, Clone)]
pub enum CommandLine {
    /// A string for `sh -c`.
    Shell(String),
    /// The program and its arguments; never empty.
    Argv(Vec<String>),
}

/// What an environment variable holds.
#[derive(Debug, Clone)]
pub enum EnvValue {
    /// A text.
    Literal(String),
    /// The value of an input.
    Input(Spanned<InputName>),
    /// What a step of another unit said: `unit.name`.
    Output(Spanned<Box<str>>),
    /// The value of a secret of the inventory.
    Secret(Spanned<SecretName>),
}

shape! {
    /// A value that the run has: of an input, or of a step.
    pub(super) struct FromRun ["a value of the run", "실행에서 가져올 값"] {
        /// The name of an input.
        "input" => input: Spanned<InputName>,
        /// What a step of another unit said, as unit.name.
        "output" => output: Spanned<Box<str>>,
    }
}

impl Read for EnvValue {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) if reader.has_key(at, "secret") => SecretRef::read(reader, at)?.secret.map(Self::Secret),
            Kind::Map(_) => {
                let before = reader.findings.errors();
                match FromRun::read(reader, at)? {
                    FromRun { input: Some(input), output: None } => Some(Self::Input(input)),
                    FromRun { input: None, output: Some(output) } => Some(Self::Output(output)),
                    _ if reader.findings.errors() > before => None,
                    _ => reader.bad(at, || {
                        Finding::new("a value comes from one place", "값은 한 곳에서만 가져옵니다").help(
                            "write `{input: name}`, `{output: unit.name}` or `{secret: name}`",
                            "`{input: 이름}`, `{output: 단위.이름}`, `{secret: 이름}` 중 하나를 쓰십시오",
                        )
                    }),
                }
            }
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                String::read(reader, at).map(Self::Literal)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [String::schema(definitions), FromRun::schema(definitions), SecretRef::schema(definitions)] })
    }
}

impl Read for CommandLine {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let Kind::List(_) = reader.tree.kind(at) else {
            let line = String::read(reader, at)?;
            return if line.trim().is_empty() { reader.empty_command(at) } else { Some(Self::Shell(line)) };
        };
        let words = Vec::<String>::read(reader, at)?;
        match words.first() {
            Some(program) if !program.is_empty() => Some(Self::Argv(words)),
            _ => reader.empty_command(at),
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let word = String::schema(definitions);
        json!({ "anyOf": [
            { "type": "string", "description": "Run by sh -c, exactly as written.", "minLength": 1 },
            { "type": "array", "description": "The program and its arguments, without a shell.", "items": word, "minItems": 1 },
        ] })
    }
}

impl Reader<'_, '_> {
    fn empty_command<T>(&mut self, at: NodeId) -> Option<T> {
        self.bad(at, || {
            Finding::new("there is no command here", "실행할 명령이 없습니다").help(
                "write a string for the shell, or a list of the program and its arguments",
                "셸에 넘길 문자열이나, 프로그램과 인자의 목록을 쓰십시오",
            )
        })
    }
}
