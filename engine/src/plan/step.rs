//! Steps: what one action inside a unit is, fully resolved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{InputName, Millis, RoleName, TargetName, Text};

/// Where in its unit a step stands. Phases run in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Checks before anything is touched.
    Pre,
    /// The work.
    Run,
    /// Checks that make the unit *ready*.
    Post,
}

/// One action inside a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What people call it; the compiler makes one from the action where the author gave none.
    pub title: Text,
    /// Its phase.
    pub phase: Phase,
    /// What is done.
    pub action: Action,
    /// Longest time one attempt may take; the attempt is then ended and counts as failed.
    pub timeout: Option<Millis>,
    /// How often it is tried.
    pub retry: Retry,
    /// Doing it twice does no harm: after an unknown outcome it may simply be repeated.
    pub idempotent: bool,
    /// Tells whether this step's (or, set on the unit, the whole unit's) work is already done.
    pub already_done: Option<Probe>,
    /// Whether `already_done` speaks for all `run` steps of the unit, not for this step alone.
    pub probe_covers_unit: bool,
}

impl Step {
    /// Whether an attempt whose outcome nobody knows may simply be repeated.
    pub const fn may_repeat(&self) -> bool {
        self.idempotent || self.action.is_read_only()
    }
}

/// How often and how far apart a failed attempt is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Attempts in all, the first included; at least 1.
    pub attempts: u32,
    /// Wait between the end of one attempt and the start of the next.
    pub every: Millis,
}

impl Retry {
    /// One attempt, no more.
    pub const NONE: Self = Self { attempts: 1, every: Millis::ZERO };
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Runs a process on the engine's host, apart from the engine.
    Command(Command),
    /// One HTTP request whose answer must fit.
    Http(Http),
    /// One TCP connection that must open.
    Tcp(Tcp),
    /// Asks a question, several times if need be, that has three answers: up, down, unknown.
    Check(Check),
    /// Lets time pass.
    Wait(Millis),
    /// Records a milestone of the case.
    Mark(MarkKind),
    /// Something a person does and confirms.
    Manual(Manual),
    /// Waits for the consent of people.
    Gate(Gate),
}

impl Action {
    /// Whether an attempt that was cut off may be repeated without asking: it only looks, or only waits.
    pub const fn is_read_only(&self) -> bool {
        match self {
            Self::Check(_) | Self::Tcp(_) | Self::Wait(_) | Self::Mark(_) => true,
            Self::Http(http) => http.is_read_only(),
            Self::Command(_) | Self::Manual(_) | Self::Gate(_) => false,
        }
    }

    /// Whether the attempt occupies a worker: waits, marks and people do not.
    pub const fn needs_worker(&self) -> bool {
        match self {
            Self::Command(_) | Self::Http(_) | Self::Tcp(_) | Self::Check(_) => true,
            Self::Wait(_) | Self::Mark(_) | Self::Manual(_) | Self::Gate(_) => false,
        }
    }

    /// The word for this kind in YAML.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Http(_) => "http",
            Self::Tcp(_) => "tcp",
            Self::Check(_) => "check",
            Self::Wait(_) => "wait",
            Self::Mark(_) => "mark",
            Self::Manual(_) => "manual",
            Self::Gate(_) => "gate",
        }
    }
}

/// A process to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// What is executed.
    pub line: CommandLine,
    /// Where: `None` and `local` are the engine's host; anything else is refused until it can be reached.
    pub on: Option<TargetName>,
    /// Extra environment. Inputs also arrive as `RELIGHT_INPUT_<NAME>`, secret ones only where named here.
    pub env: BTreeMap<String, EnvValue>,
    /// Working directory; the state folder's `work` where absent.
    pub dir: Option<String>,
    /// Exit codes that mean success.
    pub exit: Vec<i32>,
    /// Text that standard output must contain.
    pub stdout: Option<String>,
}

/// The two forms of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandLine {
    /// A string: run by `sh -c`, exactly as written.
    Shell(String),
    /// A list: the program and its arguments, without a shell. Never empty.
    Argv(Vec<String>),
}

/// What an environment variable of a step holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvValue {
    /// A text from the runbook.
    Literal(String),
    /// The value of an input of the run, a secret one too.
    Input(InputName),
}

/// An HTTP request and what its answer must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Http {
    /// The method, in capitals.
    pub method: String,
    /// Absolute `http://` or `https://` address.
    pub url: String,
    /// Extra headers.
    pub headers: BTreeMap<String, String>,
    /// The request's body.
    pub body: Option<String>,
    /// Statuses that mean success; empty means any from 200 to 299.
    pub status: Vec<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
}

impl Http {
    /// GET and HEAD change nothing by their definition.
    pub const fn is_read_only(&self) -> bool {
        matches!(self.method.as_bytes(), b"GET" | b"HEAD")
    }
}

/// A TCP endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tcp {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// A question asked until it is answered well, or often enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What is asked.
    pub probe: Probe,
    /// How often at most; at least 1.
    pub attempts: u32,
    /// Pause between two askings.
    pub every: Millis,
    /// How many good answers in a row are wanted; at least 1.
    pub successes: u32,
    /// Whether `down` is the wanted answer, as when a fenced database must refuse.
    pub expect_down: bool,
}

/// A question to a system, without side effects. Its answers are up (yes), down (no) and unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// A command that changes nothing: a success exit is up, 1 is down, anything else unknown.
    Command(Command),
    /// An HTTP request: a fitting answer is up, another answer or a refused connection is down, silence unknown.
    Http(Http),
    /// A TCP connection: open is up, refused is down, silence unknown.
    Tcp(Tcp),
}

/// A milestone on the clock of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// 발생: the disaster, or the inject of a drill.
    Event,
    /// 인지: somebody or something noticed.
    Detect,
    /// 선포: the commander declared.
    Declare,
    /// The run started.
    Start,
    /// 업무 확인: the business confirmed that it works.
    Verified,
    /// 재개: the service was opened to its users.
    Resume,
    /// 환원 완료: the primary site serves again.
    FailbackDone,
    /// The case was closed.
    Close,
}

/// Work of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manual {
    /// What to do.
    pub instruction: Text,
    /// What must be seen afterwards.
    pub expected: Option<Text>,
    /// A command to copy; never executed by the engine.
    pub copy: Option<String>,
    /// Who may confirm; empty means any operator.
    pub roles: Vec<RoleName>,
    /// Whether a text of evidence must come with the confirmation.
    pub evidence: bool,
}

/// Consent of people before going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// What is being asked.
    pub question: Text,
    /// Roles of which one is needed to vote; never empty.
    pub approvers: Vec<RoleName>,
    /// Approvals needed; at least 1.
    pub quorum: u32,
    /// Each approval must come from another person. Without it one person may fill several roles' votes.
    pub distinct: bool,
    /// Who may not vote although the role would allow it.
    pub exclude: Vec<Exclusion>,
    /// After this the gate is overdue: it is said once and escalated. It never approves by itself.
    pub timeout: Option<Millis>,
    /// Roles that may vote as well once the gate is overdue.
    pub escalate: Vec<RoleName>,
    /// What a rejection leads to.
    pub on_reject: OnReject,
}

/// Persons kept from voting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Who declared the run.
    Requester,
}

/// What a rejected gate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReject {
    /// The unit fails; the operator decides what follows.
    #[default]
    Fail,
    /// The run is aborted.
    Abort,
}
