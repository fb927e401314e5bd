//! How the keys of a step, a check and a probe become a call: one action key, and only keys that belong to it.

use serde_json::{Value, json};

use super::super::Code;
use super::super::Spanned;
use super::super::diagnostic::Finding;
use super::super::read::{
    Count, Definitions, Endpoint, EnvName, Many, Method, Named, OrShort, Read, Reader, Url, shape,
};
use super::super::tree::NodeId;
use super::{
    Action, AlreadyDone, Call, Command, CommandLine, Direction, EnvValue, Gate, Http, Instruction, Mark, Retry, Step,
};
use crate::base::{Millis, TargetName, Text};

/// A shape with the keys of the three calls beside its own.
macro_rules! shape_with_calls {
    (
        $(#[doc = $about:literal])+
        struct $name:ident [$en:literal, $ko:literal] { $($own:tt)* }
    ) => {
        shape! {
            $(#[doc = $about])+
            pub(super) struct $name [$en, $ko] {
                $($own)*
                /// A process: a string for sh -c, or a list of program and arguments without a shell.
                "command" => command: Spanned<CommandLine>,
                /// Beside command: the target it runs on.
                "on" => on: TargetName,
                /// Beside command: extra environment, texts or {input: name}.
                "env" => env: Vec<Named<EnvName, EnvValue>>,
                /// Beside command: the working directory.
                "dir" => dir: String,
                /// Beside command: exit codes that mean success; 0 where absent.
                "exit" => exit: Many<Count<0, 255>>,
                /// Beside command: text that standard output must contain.
                "stdout" => stdout: String,
                /// An HTTP request to this address.
                "http" => http: Url,
                /// Beside http: the method; GET where absent.
                "method" => method: Method,
                /// Beside http: extra headers.
                "headers" => headers: Vec<Named<String, String>>,
                /// Beside http: the body.
                "body" => body: String,
                /// Beside http: statuses that mean success; any from 200 to 299 where absent.
                "status" => status: Many<Count<100, 599>>,
                /// Beside http: text that the answer must contain.
                "contains" => contains: String,
                /// A TCP connection to host:port that must open.
                "tcp" => tcp: Endpoint,
            }
        }

        impl $name {
            /// The call, where one of its action keys was read.
            fn call(&mut self) -> Option<Call> {
                if let Some(line) = self.command.take() {
                    return Some(Call::Command(Box::new(Command {
                        line,
                        on: self.on.take(),
                        env: self.env.take().unwrap_or_default(),
                        dir: self.dir.take(),
                        exit: small(self.exit.take()),
                        stdout: self.stdout.take(),
                    })));
                }
                if let Some(url) = self.http.take() {
                    return Some(Call::Http(Box::new(Http {
                        url,
                        method: self.method.take(),
                        headers: self.headers.take().unwrap_or_default(),
                        body: self.body.take(),
                        status: small(self.status.take()),
                        contains: self.contains.take(),
                    })));
                }
                self.tcp.take().map(Call::Tcp)
            }
        }
    };
}

/// Numbers whose bounds fit the smaller type.
fn small<const MIN: u32, const MAX: u32, T: TryFrom<u32>>(counts: Option<Many<Count<MIN, MAX>>>) -> Vec<T> {
    let counts = counts.map(|many| many.0).unwrap_or_default();
    counts.into_iter().filter_map(|count| T::try_from(count.0).ok()).collect()
}

shape_with_calls! {
    /// One action inside a unit: exactly one of command, http, tcp, check, wait, mark, manual, gate.
    struct StepKeys ["a step", "단계 작업"] {
        /// What people call it.
        "name" => name: Text,
        /// Longest time of one attempt.
        "timeout" => timeout: Millis,
        /// How often it is tried: attempts in all, or {attempts, every}.
        "retry" => retry: OrShort<Retry>,
        /// Whether repeating it does no harm.
        "idempotent" => idempotent: bool,
        /// A question whose answer tells that this step is already done.
        "already_done" => already_done: Box<AlreadyDone>,
        /// Asks until the answer is as wished.
        "check" => check: Asked,
        /// Lets time pass.
        "wait" => wait: Millis,
        /// Records a milestone.
        "mark" => mark: Mark,
        /// Something a person does and confirms.
        "manual" => manual: Box<Instruction>,
        /// Waits for the consent of people.
        "gate" => gate: Box<Gate>,
        /// Makes a check of a call: pause between two askings.
        "every" => every: Millis,
        /// Makes a check of a call: how often it asks at most.
        "attempts" => attempts: Count<1, 100_000>,
        /// Makes a check of a call: good answers wanted in a row.
        "successes" => successes: Count<1, 1_000>,
        /// Makes a check of a call: up (default) or down.
        "expect" => expect: Direction,
    }
}

shape_with_calls! {
    /// A question asked until it is answered as wished: exactly one of command, http, tcp.
    struct CheckKeys ["a check", "점검"] {
        /// Pause between two askings; 1s where absent.
        "every" => every: Millis,
        /// How often it asks at most; 1 where absent.
        "attempts" => attempts: Count<1, 100_000>,
        /// Good answers wanted in a row; 1 where absent.
        "successes" => successes: Count<1, 1_000>,
        /// The wanted answer: up (default) or down.
        "expect" => expect: Direction,
    }
}

shape_with_calls! {
    /// A question without side effects: exactly one of command, http, tcp.
    struct ProbeKeys ["a probe", "확인 질의"] {}
}

/// How a check asks.
#[derive(Debug, Clone, Copy)]
pub struct Questioning {
    /// Pause between two askings.
    pub every: Option<Millis>,
    /// How often at most.
    pub attempts: Option<u32>,
    /// Good answers wanted in a row.
    pub successes: Option<u32>,
    /// The wanted answer.
    pub expect: Option<Direction>,
}

const COMMAND: (&str, &[&str]) = ("command", &["on", "env", "dir", "exit", "stdout"]);
const HTTP: (&str, &[&str]) = ("http", &["method", "headers", "body", "status", "contains"]);
const ASKING: &[&str] = &["every", "attempts", "successes", "expect"];
const CALLS: &[&str] = &["command", "http", "tcp"];
const STEP_ACTIONS: &[&str] = &["command", "http", "tcp", "check", "wait", "mark", "manual", "gate"];

impl Reader<'_, '_> {
    /// The one action key of a map; several, none, or keys of another action are reported.
    /// `whole` says that all keys were known: a misspelt action is not reported a second time as a missing one.
    fn action(&mut self, at: NodeId, what: [&str; 2], actions: &[&'static str], whole: bool) -> Option<&'static str> {
        let written: Vec<&'static str> = actions.iter().copied().filter(|action| self.has_key(at, action)).collect();
        let &[action] = written.as_slice() else {
            if whole || written.len() > 1 {
                self.no_single_action(at, what, actions, &written);
            }
            return None;
        };
        let mut foreign: Vec<(&str, &str)> = [COMMAND, HTTP]
            .into_iter()
            .filter(|(owner, _)| *owner != action)
            .flat_map(|(owner, keys)| keys.iter().map(move |key| (owner, *key)))
            .collect();
        if !CALLS.contains(&action) {
            foreign.extend(ASKING.iter().map(|key| ("check", *key)));
        }
        foreign.retain(|(_, key)| self.has_key(at, key));
        for (owner, key) in &foreign {
            let (span, action_span) = (self.key_span(at, key), self.key_span(at, action));
            self.findings.report(Code::Step, span, || {
                misplaced(owner, key, action).also(action_span, "the action of this step", "이 작업의 동작")
            });
        }
        foreign.is_empty().then_some(action)
    }

    fn no_single_action(&mut self, at: NodeId, what: [&str; 2], actions: &[&str], written: &[&str]) {
        let first = written.first().map_or_else(|| self.span(at), |first| self.key_span(at, first));
        let spans: Vec<_> = written.iter().skip(1).map(|key| self.key_span(at, key)).collect();
        let all = actions.iter().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", ");
        self.findings.report(Code::Step, first, || {
            if written.is_empty() {
                return Finding::new(format!("{} does nothing", what[0]), format!("{}에 동작이 없습니다", what[1]))
                    .help(format!("write one of {all}"), format!("다음 중 하나를 쓰십시오: {all}"));
            }
            let finding = Finding::new(
                format!("{} does one thing, this one has {}", what[0], written.len()),
                format!("{}의 동작은 하나여야 하는데 {}개가 있습니다", what[1], written.len()),
            )
            .help("make a step of each", "동작마다 작업을 나누십시오");
            spans.iter().fold(finding, |finding, span| finding.also(*span, "one more", "또 하나"))
        });
    }
}

fn misplaced(owner: &str, key: &str, action: &str) -> Finding {
    if owner == action {
        return Finding::new(
            format!("`{key}` stands inside `{action}`, not beside it"),
            format!("`{key}` 키는 `{action}` 옆이 아니라 안에 써야 합니다"),
        )
        .help(
            format!("move `{key}` into the map of `{action}`"),
            format!("`{key}` 키를 `{action}` 맵 안으로 옮기십시오"),
        );
    }
    Finding::new(
        format!("`{key}` belongs to `{owner}`, not to `{action}`"),
        format!("`{key}` 키는 `{action}` 동작에 쓸 수 없고 `{owner}` 동작에 속합니다"),
    )
    .help(
        format!("remove `{key}`, or make a step of its own with `{owner}`"),
        format!("`{key}` 키를 지우거나 `{owner}` 작업을 따로 만드십시오"),
    )
}

impl Read for Step {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let before = reader.findings.errors();
        let mut keys = StepKeys::read(reader, at)?;
        let whole = reader.findings.errors() == before;
        let action = reader.action(at, StepKeys::WHAT, STEP_ACTIONS, whole)?;
        let span = reader.key_span(at, action);
        let asks = ASKING.iter().any(|key| reader.has_key(at, key));
        let asking = Questioning {
            every: keys.every,
            attempts: keys.attempts.map(|count| count.0),
            successes: keys.successes.map(|count| count.0),
            expect: keys.expect,
        };
        let action = match action {
            "check" => keys.check.take().map(|asked| Action::Check(asked.call, asked.asking))?,
            "wait" => Action::Wait(keys.wait?),
            "mark" => Action::Mark(keys.mark?),
            "manual" => Action::Manual(Box::new(keys.manual.take()?.0)),
            "gate" => Action::Gate(keys.gate.take()?),
            _ if asks => Action::Check(keys.call()?, asking),
            _ => Action::Call(keys.call()?),
        };
        Some(Self {
            span,
            name: keys.name,
            timeout: keys.timeout,
            retry: keys.retry.map(|retry| retry.0),
            idempotent: keys.idempotent,
            already_done: keys.already_done,
            action,
        })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let schema = StepKeys::schema(definitions);
        exactly_one(definitions, "StepKeys", STEP_ACTIONS);
        schema
    }
}

/// A check as written: its call and how it asks.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    call: Call,
    asking: Questioning,
}

impl Read for Asked {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let before = reader.findings.errors();
        let mut keys = CheckKeys::read(reader, at)?;
        let whole = reader.findings.errors() == before;
        reader.action(at, CheckKeys::WHAT, CALLS, whole)?;
        let asking = Questioning {
            every: keys.every,
            attempts: keys.attempts.map(|count| count.0),
            successes: keys.successes.map(|count| count.0),
            expect: keys.expect,
        };
        keys.call().map(|call| Self { call, asking })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let schema = CheckKeys::schema(definitions);
        exactly_one(definitions, "CheckKeys", CALLS);
        schema
    }
}

impl Read for AlreadyDone {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let before = reader.findings.errors();
        let mut keys = ProbeKeys::read(reader, at)?;
        let whole = reader.findings.errors() == before;
        reader.action(at, ProbeKeys::WHAT, CALLS, whole)?;
        keys.call().map(Self)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let schema = ProbeKeys::schema(definitions);
        exactly_one(definitions, "ProbeKeys", CALLS);
        schema
    }
}

/// Says in a schema what [`Reader::action`] checks: one action, and only keys that belong to it.
fn exactly_one(definitions: &mut Definitions, name: &str, actions: &[&str]) {
    let Some(schema) = definitions.0.get_mut(name).filter(|schema| schema.is_object()) else { return };
    schema["oneOf"] = actions.iter().map(|action| json!({ "required": [action] })).collect();
    let mut depends = serde_json::Map::new();
    for (owner, keys) in [COMMAND, HTTP] {
        depends.extend(keys.iter().map(|key| ((*key).to_owned(), json!([owner]))));
    }
    schema["dependentRequired"] = depends.into();
    if actions.contains(&"check") {
        let calls: Vec<Value> = CALLS.iter().map(|call| json!({ "required": [call] })).collect();
        let asking = ASKING.iter().map(|key| ((*key).to_owned(), json!({ "anyOf": calls })));
        schema["dependentSchemas"] = asking.collect::<serde_json::Map<_, _>>().into();
    }
}
