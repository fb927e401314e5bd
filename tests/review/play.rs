//! Plays runs of a small runbook from declaration to end and puts them into a store as an engine would have left them.

use std::collections::BTreeMap;

use engine::base::{CaseId, Millis, RequestId, RunId, Text, Timestamp, UserName};
use engine::plan::{MarkKind, Mode, Plan, compile};
use engine::run::{
    Actor, Answer, Cause, CauseKind, Door, Event, Head, Header, Input, Outcome, Request, Row, Seen, State, Submission,
    Surroundings, decide, declare,
};
use engine::runbook::Source;
use engine::store::{Created, Frozen, Store};
use uuid::{Builder, Uuid};

/// Two units behind each other; a service with an objective.
pub(crate) const RUNBOOK: &str = r#"
runbook: two-tier
title: {ko: 2계층 기동, en: Two tiers}
organisation: bank/it
objectives: {rto: 30m, clock: declare}
services:
  ticket: {tier: 1, rto: 20m, needs: [ap]}
units:
  db:
    target: 10m
    run: [{command: "start db", timeout: 5m}]
    post: [{tcp: "127.0.0.1:5432", timeout: 5m}]
  ap:
    needs: [db]
    target: 5m
    run: [{command: "start ap", timeout: 5m}]
    post: [{tcp: "127.0.0.1:8080", timeout: 5m}]
"#;

/// 2026-11-21 10:00 in Seoul.
pub(crate) const START: Timestamp = Timestamp(1_795_222_800_000);

pub(crate) fn person(name: &str, roles: &[&str]) -> Actor {
    let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
    Actor { name: name.parse().unwrap(), roles, via: Door::Console }
}

pub(crate) fn operator() -> Actor {
    person("kim", &["operator"])
}

/// A run that is being played.
pub(crate) struct Play {
    source: String,
    plan: Plan,
    state: State,
    rows: Vec<Row>,
    head: Head,
    run: RunId,
    now: Timestamp,
    requests: u128,
}

impl Play {
    /// Declares a run of the small runbook at an instant.
    pub(crate) fn declare(mode: Mode, now: Timestamp) -> Self {
        Self::of(RUNBOOK, mode, now, None)
    }

    pub(crate) fn of(source: &str, mode: Mode, now: Timestamp, case: Option<CaseId>) -> Self {
        let compiled = compile(&Source::new("played.yaml", source));
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
        let millis = u64::try_from(now.0).unwrap();
        let random = Uuid::now_v7().as_bytes()[6..].try_into().unwrap();
        let run = RunId(Builder::from_unix_timestamp_millis(millis, &random).into_uuid());
        let header = Header {
            format: 1,
            run,
            runbook: plan.body().runbook.clone(),
            plan: plan.digest(),
            mode,
            inputs: BTreeMap::new(),
            requester: operator(),
            reason: "정기 훈련".to_owned(),
            concurrency: plan.body().limits.run,
            engine: "0.1.0".to_owned(),
            simulation: None,
            parent: None,
            case,
            part: None,
            preflight: None,
            clocks: Vec::new(),
            second_person: false,
        };
        let marks = [(MarkKind::Event, now), (MarkKind::Detect, now), (MarkKind::Declare, now)];
        let (state, events) = declare(&plan, header, &marks, now).unwrap();
        let source = source.to_owned();
        let mut play = Self { source, plan, state, rows: Vec::new(), head: Head::START, run, now, requests: 0 };
        play.seal(events);
        play.input(Input::Adopt { engine: "engine-a".to_owned(), token: 1, clock: None });
        play
    }

    fn seal(&mut self, events: Vec<(Timestamp, Event)>) {
        for (when, event) in events {
            self.rows.push(self.head.seal(self.run, when, &event).unwrap());
        }
    }

    fn input(&mut self, input: Input) -> Option<Answer> {
        let around = Surroundings { now: self.now, keeper: None, draining: false };
        let decision = decide(&self.plan, &mut self.state, input, &around).unwrap();
        self.seal(decision.events);
        decision.answer.map(|(_, answer)| answer)
    }

    /// So many minutes go by.
    pub(crate) fn after(&mut self, minutes: u64) -> &mut Self {
        self.now = self.now.plus(Millis::minutes(minutes));
        self
    }

    /// The attempts of a unit end as wanted, all of them at this instant.
    pub(crate) fn done(&mut self, unit: &str) -> &mut Self {
        let ix = self.plan.find(&unit.parse().unwrap()).unwrap();
        while let Some(flight) = &self.state.unit(ix).flight {
            let attempt = flight.attempt;
            let outcome = Outcome::Succeeded { seen: Seen::default() };
            self.input(Input::Outcome { unit: ix, attempt, outcome });
        }
        self
    }

    pub(crate) fn fails(&mut self, unit: &str) -> &mut Self {
        let ix = self.plan.find(&unit.parse().unwrap()).unwrap();
        let attempt = self.state.unit(ix).flight.as_ref().unwrap().attempt;
        let cause = Cause { kind: CauseKind::Exit, message: Text::plain("exit code 1") };
        self.input(Input::Outcome { unit: ix, attempt, outcome: Outcome::Failed { cause, seen: Seen::default() } });
        self
    }

    pub(crate) fn asks(&mut self, by: &Actor, request: Request) -> &mut Self {
        self.requests += 1;
        let id = RequestId(Uuid::from_u128(self.requests));
        let (run, at) = (self.run, self.now);
        let answer = self.input(Input::Submission(Submission { id, run, actor: by.clone(), request, at }));
        assert!(matches!(answer, Some(Answer::Accepted { .. })), "{answer:?}");
        self
    }

    pub(crate) fn run(&self) -> RunId {
        self.run
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Puts the run into a store as it is.
    pub(crate) async fn store(&self, store: &dyn Store) -> RunId {
        let frozen = Frozen { plan: self.plan.freeze().unwrap(), source: self.source.clone() };
        let summary = self.state.summary(&self.plan);
        let created = Created { run: self.run, frozen, rows: self.rows.clone(), summary, deeds: Vec::new() };
        store.create(created).await.unwrap();
        self.run
    }
}

/// A run in which both units take so many minutes.
pub(crate) fn course(mode: Mode, at: Timestamp, db: u64, ap: u64) -> Play {
    let mut play = Play::declare(mode, at);
    play.after(db).done("db").after(ap).done("ap");
    play
}

/// An account, so that somebody can answer for something.
pub(crate) async fn account(store: &dyn Store, name: &str) {
    let name: UserName = name.parse().unwrap();
    let user = engine::identity::User::new(name, String::new(), engine::base::Lang::Ko, START);
    let change = engine::store::add(&user).unwrap();
    assert_eq!(store.change(START, vec![change], Vec::new()).await.unwrap(), engine::store::Changed::Done);
}

/// So many hours behind the start.
pub(crate) fn hours(n: u64) -> Timestamp {
    START.plus(Millis::minutes(60 * n))
}
