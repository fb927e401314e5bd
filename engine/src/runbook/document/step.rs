//! Steps: what one action inside a unit is.

use serde_json::{Value, json};

use super::super::diagnostic::Finding;
use super::super::read::{Count, Definitions, Endpoint, EnvName, Method, Named, Read, Reader, Url, shape, words};
use super::super::tree::{Kind, NodeId};
use super::super::{Span, Spanned};
use super::{AlreadyDone, Questioning, Retry};
use crate::base::{InputName, Millis, RoleName, TargetName, Text};

/// One action inside a unit.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where its action stands.
    pub span: Span,
    /// What people call it.
    pub name: Option<Text>,
    /// Longest time of one attempt.
    pub timeout: Option<Millis>,
    /// How often it is tried.
    pub retry: Option<Retry>,
    /// Whether repeating it does no harm.
    pub idempotent: Option<bool>,
    /// A question whose answer tells that this step is already done.
    pub already_done: Option<Box<AlreadyDone>>,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Calls a system once. In `pre` and `post` the compiler makes a check of it.
    Call(Call),
    /// Asks a system until the answer is as wished.
    Check(Call, Questioning),
    /// Lets time pass.
    Wait(Millis),
    /// Records a milestone.
    Mark(Mark),
    /// Work of a person.
    Manual(Box<Manual>),
    /// Consent of people.
    Gate(Box<Gate>),
}

/// A call of a system.
#[derive(Debug, Clone)]
pub enum Call {
    /// A process.
    Command(Box<Command>),
    /// An HTTP request.
    Http(Box<Http>),
    /// A TCP connection.
    Tcp(Endpoint),
}

/// A process to run.
#[derive(Debug, Clone)]
pub struct Command {
    /// What is executed.
    pub line: Spanned<CommandLine>,
    /// On which target.
    pub on: Option<TargetName>,
    /// Extra environment.
    pub env: Vec<Named<EnvName, EnvValue>>,
    /// Working directory.
    pub dir: Option<String>,
    /// Exit codes that mean success.
    pub exit: Vec<u8>,
    /// Text that standard output must contain.
    pub stdout: Option<String>,
}

/// The two forms of a command.
#[derive(Debug, Clone)]
pub enum CommandLine {
    /// A string for `sh -c`.
    Shell(String),
    /// The program and its arguments; never empty.
    Argv(Vec<String>),
}

/// An HTTP request and what its answer must be.
#[derive(Debug, Clone)]
pub struct Http {
    /// The address.
    pub url: Url,
    /// The method; GET where absent.
    pub method: Option<Method>,
    /// Extra headers.
    pub headers: Vec<Named<String, String>>,
    /// The body.
    pub body: Option<String>,
    /// Statuses that mean success.
    pub status: Vec<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
}

/// What an environment variable holds.
#[derive(Debug, Clone)]
pub enum EnvValue {
    /// A text.
    Literal(String),
    /// The value of an input.
    Input(Spanned<InputName>),
}

shape! {
    /// The value of an input.
    pub(super) struct FromInput ["a value from an input", "입력 항목에서 가져올 값"] {
        /// The name of the input.
        (required) "input" => input: Spanned<InputName>,
    }
}

impl Read for EnvValue {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) => FromInput::read(reader, at)?.input.map(Self::Input),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                String::read(reader, at).map(Self::Literal)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [String::schema(definitions), FromInput::schema(definitions)] })
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

words! {
    /// A milestone on the clock of the case.
    pub enum Mark {
        /// It happened.
        Event = "event",
        /// It was noticed.
        Detect = "detect",
        /// It was declared.
        Declare = "declare",
        /// The business confirmed that it works.
        Verified = "verified",
        /// The service was opened to its users.
        Resume = "resume",
        /// The primary site serves again.
        FailbackDone = "failback_done",
        /// The case was closed.
        Close = "close",
    }
}

words! {
    /// The wanted answer of a check.
    pub enum Direction {
        /// It works.
        Up = "up",
        /// It must not work, as when a fenced database must refuse.
        Down = "down",
    }
}

shape! {
    /// Work of a person.
    pub struct Manual ["`manual`", "`manual`"] {
        /// What to do.
        (required) "instruction" => instruction: Text,
        /// What must be seen afterwards.
        "expected" => expected: Text,
        /// A command to copy; never executed by the engine.
        "copy" => copy: String,
        /// Who may confirm; absent: any operator.
        "roles" => roles: Vec<RoleName>,
        /// Whether a text of evidence must come with the confirmation.
        "evidence" => evidence: bool,
    }
}

/// `manual` as written: an instruction alone, or a map that holds it.
#[derive(Debug, Clone)]
pub struct Instruction(
    /// The map.
    pub Manual,
);

impl Read for Instruction {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let is_map = matches!(reader.tree.kind(at), Kind::Map(_));
        if is_map && !reader.has_key(at, "ko") && !reader.has_key(at, "en") {
            return Manual::read(reader, at).map(Self);
        }
        Text::read(reader, at).map(|text| Self(Manual { instruction: Some(text), ..Manual::default() }))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [Text::schema(definitions), Manual::schema(definitions)] })
    }
}

shape! {
    /// Consent of people before going on.
    pub struct Gate ["a gate", "승인 게이트"] {
        /// What is being asked.
        "question" => question: Text,
        /// Roles of which one is needed to vote.
        "approvers" => approvers: Spanned<Vec<RoleName>>,
        /// Approvals needed; 1 where absent.
        "quorum" => quorum: Spanned<Count<1, 100>>,
        /// Whether each approval must come from another person; true where absent.
        "distinct" => distinct: bool,
        /// Who may not vote although the role would allow it: requester.
        "exclude" => exclude: Vec<Exclusion>,
        /// After this the gate is overdue: said once and escalated, never approved by itself.
        "timeout" => timeout: Millis,
        /// Roles that may vote as well once the gate is overdue.
        "escalate" => escalate: Vec<RoleName>,
        /// What a rejection leads to: fail (default) or abort.
        "on_reject" => on_reject: OnReject,
    }
}

words! {
    /// Persons kept from voting.
    pub enum Exclusion {
        /// Who declared the run.
        Requester = "requester",
    }
}

words! {
    /// What a rejected gate does.
    pub enum OnReject {
        /// The unit fails.
        Fail = "fail",
        /// The run is aborted.
        Abort = "abort",
    }
}
