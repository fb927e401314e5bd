//! Plays a run of a runbook's text, instant by instant, and reports on it.

use std::collections::BTreeMap;

use engine::base::{RequestId, RunId, Text, Timestamp};
use engine::plan::{MarkKind, Mode, Plan, compile};
use engine::report::RunReport;
use engine::run::{
    Actor, Ballot, Cause, CauseKind, Door, Event, Head, Header, Input, Outcome, Request, Row, Seen, State, Submission,
    Surroundings, decide, declare,
};
use engine::runbook::Source;
use uuid::Uuid;

pub(crate) const RUN: RunId = RunId(Uuid::from_u128(0x0193_4f00_0000_7000_8000_0000_1a2b_3c4d));

/// 2026-11-21 in Seoul, as `at("10:05:30")`.
pub(crate) fn at(clock: &str) -> Timestamp {
    Timestamp::parse_iso(&format!("2026-11-21T{clock}+09:00")).unwrap()
}

pub(crate) fn person(name: &str, roles: &[&str]) -> Actor {
    let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
    Actor { name: name.parse().unwrap(), roles, via: Door::Console }
}

pub(crate) struct Play {
    source: String,
    plan: Plan,
    state: State,
    rows: Vec<Row>,
    head: Head,
    requests: u128,
}

impl Play {
    pub(crate) fn declare(source: &str, mode: Mode, reason: &str) -> Self {
        let compiled = compile(&Source::new("played.yaml", source));
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
        let header = Header {
            format: 1,
            run: RUN,
            runbook: plan.body().runbook.clone(),
            plan: plan.digest(),
            mode,
            inputs: BTreeMap::new(),
            requester: person("kim", &["operator"]),
            reason: reason.to_owned(),
            concurrency: plan.body().limits.run,
            engine: "0.1.0".to_owned(),
            simulation: None,
            parent: None,
            case: None,
            part: None,
            preflight: None,
            second_person: false,
        };
        let marks = [(MarkKind::Event, at("10:00:00")), (MarkKind::Declare, at("10:05:00"))];
        let (state, events) = declare(&plan, header, &marks, at("10:05:00")).unwrap();
        let source = source.to_owned();
        let mut play = Self { source, plan, state, rows: Vec::new(), head: Head::START, requests: 0 };
        play.seal(events);
        play.input(at("10:05:00"), Input::Adopt { engine: "engine-a".to_owned(), token: 1 });
        play
    }

    fn seal(&mut self, events: Vec<(Timestamp, Event)>) {
        for (when, event) in events {
            self.rows.push(self.head.seal(RUN, when, &event).unwrap());
        }
    }

    fn input(&mut self, now: Timestamp, input: Input) {
        let around = Surroundings { now, keeper: None, draining: false };
        let decision = decide(&self.plan, &mut self.state, input, &around).unwrap();
        self.seal(decision.events);
    }

    /// The attempt of a unit ends as wanted, or with a message.
    pub(crate) fn ends(&mut self, now: Timestamp, unit: &str, failure: Option<&str>) {
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

    pub(crate) fn asks(&mut self, now: Timestamp, actor: &Actor, request: Request) {
        self.requests += 1;
        let id = RequestId(Uuid::from_u128(self.requests));
        self.input(now, Input::Submission(Submission { id, run: RUN, actor: actor.clone(), request, at: now }));
    }

    pub(crate) fn votes(&mut self, now: Timestamp, actor: &Actor, unit: &str, comment: &str) {
        let ix = self.plan.find(&unit.parse().unwrap()).unwrap();
        let digest = self.state.unit(ix).gate.as_ref().unwrap().digest;
        let unit = unit.parse().unwrap();
        self.asks(now, actor, Request::Vote { unit, ballot: Box::new(Ballot::new(true, comment.to_owned(), digest)) });
    }

    /// The report, made of what was frozen and of the rows alone.
    pub(crate) fn report(&self) -> RunReport {
        RunReport::of(RUN, &self.plan.freeze().unwrap(), &self.source, &self.rows, at("12:00:00")).unwrap()
    }
}
