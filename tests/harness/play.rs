//! Plays a run of a runbook's text, instant by instant, through `decide` into sealed rows, and reports on it.

use std::collections::BTreeMap;
use std::path::Path;

use engine::base::{InputName, RequestId, RunId, Text, Timestamp};
use engine::plan::{MarkKind, Mode, Plan, compile, compile_in};
use engine::report::RunReport;
use engine::run::{
    Actor, Answer, Ballot, Cause, CauseKind, Door, Event, Head, Header, HostClock, Input, Outcome, Request, Row, Seen,
    State, Submission, Surroundings, decide, declare,
};
use engine::runbook::{Source, Surroundings as Around};
use engine::store::{Created, Frozen};
use uuid::Uuid;

use crate::recompute::lay;

/// The run that is played.
pub const RUN: RunId = RunId(Uuid::from_u128(0x0193_4f00_0000_7000_8000_0000_1a2b_3c4d));

/// 2026-11-21 in Seoul, as `at("10:05:30")`.
pub fn at(clock: &str) -> Timestamp {
    Timestamp::parse_iso(&format!("2026-11-21T{clock}+09:00")).unwrap()
}

/// Somebody at the console.
pub fn person(name: &str, roles: &[&str]) -> Actor {
    let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
    Actor { name: name.parse().unwrap(), roles, via: Door::Console }
}

/// A run that is being played.
pub struct Play {
    source: String,
    plan: Plan,
    state: State,
    rows: Vec<Row>,
    head: Head,
    requests: u128,
}

impl Play {
    /// Declares a run of a text at 10:05, five minutes after the event, and adopts it.
    pub fn declare(source: &str, mode: Mode, reason: &str) -> Self {
        let compiled = compile(&Source::new("played.yaml", source));
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
        let marks = [(MarkKind::Event, at("10:00:00")), (MarkKind::Declare, at("10:05:00"))];
        Self::begin(plan, source.to_owned(), mode, reason, BTreeMap::new(), &marks, at("10:05:00"))
    }

    /// Declares a run of a shipped sample, for real, with these inputs and marks.
    pub fn sample(
        name: &str,
        inputs: &[(&str, Option<&str>)],
        marks: &[(MarkKind, Timestamp)],
        when: Timestamp,
    ) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runbooks/samples");
        let source = Source::read(&folder.join(name).with_extension("yaml")).unwrap();
        let compiled = compile_in(&source, &Around::around(&folder, &folder));
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
        let inputs = inputs.iter().map(|(name, value)| (name.parse().unwrap(), value.map(str::to_owned))).collect();
        Self::begin(plan, source.text().to_owned(), Mode::Real, "주사이트 정전", inputs, marks, when)
    }

    fn begin(
        plan: Plan,
        source: String,
        mode: Mode,
        reason: &str,
        inputs: BTreeMap<InputName, Option<String>>,
        marks: &[(MarkKind, Timestamp)],
        when: Timestamp,
    ) -> Self {
        let header = Header {
            format: 1,
            run: RUN,
            runbook: plan.body().runbook.clone(),
            plan: plan.digest(),
            mode,
            inputs,
            requester: person("kim", &["operator"]),
            reason: reason.to_owned(),
            concurrency: plan.body().limits.run,
            engine: "0.1.0".to_owned(),
            simulation: None,
            parent: None,
            case: None,
            part: None,
            preflight: None,
            clocks: Vec::new(),
            second_person: false,
        };
        let (state, events) = declare(&plan, header, marks, when).unwrap();
        let mut play = Self { source, plan, state, rows: Vec::new(), head: Head::START, requests: 0 };
        play.seal(events);
        play.input(when, Input::Adopt { engine: "engine-a".to_owned(), token: 1, clock: None });
        play
    }

    /// The plan that is played.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where the run stands.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Time passes.
    pub fn tick(&mut self, now: Timestamp) {
        self.input(now, Input::Tick);
    }

    fn seal(&mut self, events: Vec<(Timestamp, Event)>) {
        for (when, event) in events {
            self.rows.push(self.head.seal(RUN, when, &event).unwrap());
        }
    }

    fn input(&mut self, now: Timestamp, input: Input) -> Option<Answer> {
        let around = Surroundings { now, keeper: None, draining: false };
        let decision = decide(&self.plan, &mut self.state, input, &around).unwrap();
        self.seal(decision.events);
        decision.answer.map(|(_, answer)| answer)
    }

    /// The attempt of a unit ends as wanted, or with a message.
    pub fn ends(&mut self, now: Timestamp, unit: &str, failure: Option<&str>) {
        let unit = self.plan.find(&unit.parse().unwrap()).unwrap();
        let attempt = self.state.unit(unit).flight.as_ref().unwrap().attempt;
        let seen = Seen { summary: Text::new("종료 코드 0", "exit 0"), ..Seen::default() };
        let outcome = match failure {
            None => Outcome::Succeeded { seen },
            Some(message) => {
                Outcome::Failed { cause: Cause { kind: CauseKind::Exit, message: Text::plain(message) }, seen }
            }
        };
        self.input(now, Input::Outcome { unit, attempt, outcome });
    }

    /// The attempt of a unit ends as wanted, on hosts whose clocks it has read.
    pub fn ends_on(&mut self, now: Timestamp, unit: &str, clocks: Vec<HostClock>) {
        let unit = self.plan.find(&unit.parse().unwrap()).unwrap();
        let attempt = self.state.unit(unit).flight.as_ref().unwrap().attempt;
        let seen = Seen { summary: Text::new("종료 코드 0", "exit 0"), clocks, ..Seen::default() };
        self.input(now, Input::Outcome { unit, attempt, outcome: Outcome::Succeeded { seen } });
    }

    /// Somebody asks for something, and gets it.
    pub fn asks(&mut self, now: Timestamp, actor: &Actor, request: Request) {
        self.requests += 1;
        let id = RequestId(Uuid::from_u128(self.requests));
        let submission = Submission { id, run: RUN, actor: actor.clone(), request, at: now };
        let answer = self.input(now, Input::Submission(submission));
        assert!(matches!(answer, Some(Answer::Accepted { .. })), "{answer:?}");
    }

    /// Somebody approves at a gate, having just shown again who that is.
    pub fn votes(&mut self, now: Timestamp, actor: &Actor, unit: &str, comment: &str) {
        let ix = self.plan.find(&unit.parse().unwrap()).unwrap();
        let digest = self.state.unit(ix).gate.as_ref().unwrap().digest;
        let unit = unit.parse().unwrap();
        let ballot = Ballot { confirmed_at: Some(now), ..Ballot::new(true, comment.to_owned(), digest) };
        self.asks(now, actor, Request::Vote { unit, ballot: Box::new(ballot) });
    }

    /// What a store keeps of it.
    pub fn created(&self) -> Created {
        let frozen = Frozen { plan: self.plan.freeze().unwrap(), source: self.source.clone() };
        let (rows, summary) = (self.rows.clone(), self.state.summary(&self.plan));
        Created { run: RUN, frozen, rows, summary, deeds: Vec::new() }
    }

    /// Lays what an auditor gets into a folder.
    pub fn lay(&self, folder: &Path) {
        lay(folder, &self.report(), &self.plan.freeze().unwrap(), &self.source, &self.rows);
    }

    /// The report, made of what was frozen and of the rows alone.
    pub fn report(&self) -> RunReport {
        RunReport::of(RUN, &self.plan.freeze().unwrap(), &self.source, &self.rows, at("12:00:00")).unwrap()
    }
}
