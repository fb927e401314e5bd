//! Steps, checks and probes as they are written.

use serde_json::{Value, json};

use super::form::{Chosen, Form};
use super::kind::{Call, CallKind};
use super::uses::{Arguments, Beside, Uses};
use super::wait::Wait;
use crate::base::{Millis, OutputName, TargetName, Text};
use crate::runbook::Spanned;
use crate::runbook::document::{
    Action, AlreadyDone, Decision, Direction, Gate, Instruction, Link, Mark, Notify, Retry, Said, Silence, Step,
};
use crate::runbook::read::{Count, Definitions, Named, OrShort, Part, Read, Reader, shape};
use crate::runbook::tree::NodeId;

shape! {
    /// One action inside a unit.
    pub(super) struct StepKeys ["a step", "단계 작업"] {
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
        /// Beside a run step: what undoes it, in the order in which it is done.
        "rollback" => rollback: Vec<Step>,
        /// Once this step is done the unit is usable, and what needs it may begin: how long after the unit's start that is to be.
        "usable" => usable: Spanned<Millis>,
        /// Values that a command or http step of run says, for the steps of later units.
        "outputs" => outputs: Vec<Named<OutputName, Spanned<Said>>>,
        /// Lints that are kept silent about it, each with a reason.
        "silence" => silence: Vec<Silence>,
        /// Asks until the answer is as wished.
        "check" => check: Asked,
        /// Lets time pass: a duration, or {until}.
        "wait" => wait: Box<Wait>,
        /// Records a milestone.
        "mark" => mark: Mark,
        /// Something a person does and confirms.
        "manual" => manual: Box<Instruction>,
        /// Waits for the consent of people.
        "gate" => gate: Box<Gate>,
        /// The id of a component, whose steps come here.
        "uses" => uses: Uses,
        /// Beside uses: the version that was meant; any where absent.
        "version" => version: Beside<Count<1, 1_000_000>>,
        /// Beside uses: values for the parameters.
        "with" => with: Beside<Arguments>,
        /// Tells people something over a channel of the inventory.
        "notify" => notify: Box<Notify>,
        /// Chooses what is part of the run; the only step of its unit.
        "decision" => decision: Box<Decision>,
        /// Declares a run of another runbook and waits for it.
        "call" => link: Box<Link>,
    }
}

shape! {
    /// How a check asks.
    pub(super) struct AskingKeys ["a check", "점검"] {
        /// Makes a check of a call: pause between two askings; 1s where absent.
        "every" => every: Millis,
        /// Makes a check of a call: how often it asks at most; 1 where absent.
        "attempts" => attempts: Count<1, 100_000>,
        /// Makes a check of a call: good answers wanted in a row; 1 where absent.
        "successes" => successes: Count<1, 1_000>,
        /// Makes a check of a call: the wanted answer, up (default) or down.
        "expect" => expect: Direction,
        /// Makes a check of a tcp or command call: the vantage points that ask, targets with ssh and local, at the same time.
        "from" => from: Spanned<Vec<Spanned<TargetName>>>,
        /// Beside from: how many of them must say the same; more than half, and so where absent.
        "quorum" => quorum: Spanned<Count<1, 64>>,
    }
}

const STEP: Form = Form {
    what: StepKeys::WHAT,
    own: StepKeys::KEYS,
    actions: &["check", "wait", "mark", "manual", "gate", "notify", "uses", "decision", "call"],
    asking: AskingKeys::KEYS,
    questions: false,
};
const CHECK: Form = Form { what: AskingKeys::WHAT, own: &[], actions: &[], asking: AskingKeys::KEYS, questions: true };
pub(super) const PROBE: Form =
    Form { what: ["a probe", "확인 질의"], own: &[], actions: &[], asking: &[], questions: true };

/// How a check asks.
#[derive(Debug, Clone, Default)]
pub struct Questioning {
    /// Pause between two askings.
    pub every: Option<Millis>,
    /// How often at most.
    pub attempts: Option<u32>,
    /// Good answers wanted in a row.
    pub successes: Option<u32>,
    /// The wanted answer.
    pub expect: Option<Direction>,
    /// Who asks.
    pub from: Option<Spanned<Vec<Spanned<TargetName>>>>,
    /// How many of them must say the same.
    pub quorum: Option<Spanned<Count<1, 64>>>,
}

impl Questioning {
    /// Reads what the call beside it leaves of a map's entries; `None` where that says nothing about asking.
    fn beside(kind: &CallKind, reader: &mut Reader<'_, '_>, at: NodeId, entries: &[[NodeId; 2]]) -> Option<Self> {
        let is_asking = |name: &str| AskingKeys::KEYS.iter().any(|key| key.name == name) && !kind.has(name);
        let asking: Vec<[NodeId; 2]> =
            entries.iter().copied().filter(|[key, _]| reader.tree.text(*key).is_some_and(is_asking)).collect();
        if asking.is_empty() {
            return None;
        }
        let keys = AskingKeys::part(reader, at, &asking);
        Some(Self {
            every: keys.every,
            attempts: keys.attempts.map(|count| count.0),
            successes: keys.successes.map(|count| count.0),
            expect: keys.expect,
            from: keys.from,
            quorum: keys.quorum,
        })
    }
}

impl StepKeys {
    /// The action that is no call.
    fn action(&mut self) -> Option<Action> {
        // A component that could stand here has been replaced by its steps.
        let (None, None, None) = (self.uses.take(), self.version.take(), self.with.take());
        if let Some(asked) = self.check.take() {
            return Some(Action::Check(asked.call, asked.asking));
        }
        let people = self.manual.take().map(|manual| Action::Manual(Box::new(manual.0)));
        let people = people.or_else(|| self.gate.take().map(Action::Gate));
        let link = self.link.take().map(Action::Link);
        let link = || link;
        let people = people.or_else(|| self.notify.take().map(Action::Notify));
        let decision = || self.decision.take().map(Action::Decision);
        people
            .or_else(|| self.wait.take().map(Action::Wait))
            .or_else(|| self.mark.map(Action::Mark))
            .or_else(decision)
            .or_else(link)
    }
}

impl Read for Step {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let entries = reader.map(at, StepKeys::WHAT)?;
        let chosen = reader.choose(at, &entries, &STEP);
        let mut keys = StepKeys::part(reader, at, &entries);
        let chosen = chosen?;
        let action = match chosen {
            Chosen::Own(_) => keys.action()?,
            Chosen::Call(kind) => {
                let call = (kind.read)(reader, at, &entries);
                match Questioning::beside(kind, reader, at, &entries) {
                    Some(asking) => Action::Check(call?, asking),
                    None => Action::Call(call?),
                }
            }
        };
        Some(Self {
            span: reader.key_span(at, chosen.word()),
            name: keys.name,
            timeout: keys.timeout,
            retry: keys.retry.map(|retry| retry.0),
            idempotent: keys.idempotent,
            already_done: keys.already_done,
            outputs: keys.outputs.unwrap_or_default(),
            silence: keys.silence.unwrap_or_default(),
            usable: keys.usable,
            rollback: keys.rollback,
            action,
        })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let about = "One action inside a unit: exactly one action key.";
        let step = STEP.schema(definitions, "Step", about, |definitions| {
            let mut properties = StepKeys::properties(definitions);
            properties.append(&mut AskingKeys::properties(definitions));
            properties
        });
        if let Some(map) = definitions.0.get_mut("Step").filter(|map| map.is_object()) {
            map["dependentRequired"]["version"] = json!(["uses"]);
            map["dependentRequired"]["with"] = json!(["uses"]);
        }
        step
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
        let entries = reader.map(at, CHECK.what)?;
        let Chosen::Call(kind) = reader.choose(at, &entries, &CHECK)? else { return None };
        let call = (kind.read)(reader, at, &entries);
        let asking = Questioning::beside(kind, reader, at, &entries);
        Some(Self { call: call?, asking: asking.unwrap_or_default() })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let about = "A question asked until it is answered as wished: exactly one action key.";
        CHECK.schema(definitions, "Check", about, AskingKeys::properties)
    }
}

impl Read for AlreadyDone {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let entries = reader.map(at, PROBE.what)?;
        let Chosen::Call(kind) = reader.choose(at, &entries, &PROBE)? else { return None };
        (kind.read)(reader, at, &entries).map(Self)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let about = "A question without side effects: exactly one action key.";
        PROBE.schema(definitions, "Probe", about, |_| serde_json::Map::new())
    }
}
