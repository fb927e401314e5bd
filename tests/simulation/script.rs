//! A run played by hand from a runbook in YAML, every event of it held against the model.

use engine::base::{Millis, Timestamp};
use engine::plan::{MarkKind, Plan, UnitIx, compile};
use engine::run::{
    Actor, Answer, AttemptId, Ballot, Cause, CauseKind, Effect, Event, Input, Outcome, Purpose, Request, Scope, Seen,
    State, Surroundings, decide, declare,
};
use engine::runbook::Source;

use crate::drive::{Drive, header};
use crate::model::Model;
use crate::people::{person, submission};

/// 10:00:00 of some day.
pub(crate) const START: Timestamp = Timestamp(1_700_000_000_000);

/// A gate of two between two tiers.
pub(crate) const GATE: &str = "
runbook: gated
units:
  db: {target: 1m, run: [{command: 'start db', timeout: 5m}]}
  go: {needs: [db], gate: {approvers: [approver], quorum: 2, distinct: true, exclude: [requester], timeout: 1m, escalate: [{after: 100%, roles: [cio]}]}}
  web: {needs: [go], target: 1m, run: [{command: 'start web', timeout: 5m}]}
";

/// A step that may be repeated, and is, and one that needs it.
pub(crate) const FLAKY: &str = "
runbook: flaky
units:
  db: {target: 1m, run: [{command: 'start db', timeout: 1m, idempotent: true, retry: {attempts: 3, every: 10s}}]}
  web: {needs: [db], run: [{command: 'start web', timeout: 1m}]}
";

/// A runbook's plan; it lives as long as the test process.
pub(crate) fn compiled(yaml: &str) -> &'static Plan {
    let compiled = compile(&Source::new("script.yaml", yaml));
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}\n{yaml}", compiled.diagnostics));
    Box::leak(Box::new(plan))
}

pub(crate) struct Script {
    pub(crate) plan: &'static Plan,
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<(Timestamp, Event)>,
    /// What the last decision asked for.
    pub(crate) effects: Vec<Effect>,
    /// Lengths of the journal between two decisions.
    pub(crate) boundaries: Vec<usize>,
    model: Model<'static>,
    requests: u64,
    token: u64,
}

impl Script {
    /// Declared by kim, with the disaster at that very instant, and taken over by an engine.
    pub(crate) fn of(yaml: &str) -> Self {
        let plan = compiled(yaml);
        let marks = [(MarkKind::Event, START), (MarkKind::Detect, START), (MarkKind::Declare, START)];
        let (_, events) = declare(plan, header(plan, plan.body().limits.run), &marks, START).unwrap();
        Self::resumed(plan, events)
    }

    /// From a journal, taken over by a new engine.
    pub(crate) fn resumed(plan: &'static Plan, events: Vec<(Timestamp, Event)>) -> Self {
        let now = events[events.len() - 1].0;
        let token = events.iter().filter(|(_, event)| matches!(event, Event::Adopted { .. })).count() as u64;
        let mut script = Self {
            plan,
            state: Drive::fold(plan, &events).unwrap(),
            now,
            model: Model::of(plan, &events).unwrap(),
            effects: Vec::new(),
            boundaries: vec![events.len()],
            requests: events.len() as u64,
            events,
            token,
        };
        script.adopt();
        script
    }

    fn adopt(&mut self) {
        self.token += 1;
        self.decide(Input::Adopt { engine: format!("engine-{}", self.token), token: self.token, clock: None });
    }

    /// The engine dies after its last decision was durable, and another one takes over.
    pub(crate) fn crash(&mut self) {
        let state = Drive::fold(self.plan, &self.events).unwrap();
        assert_eq!(state, self.state, "the journal makes the state that was live");
        self.state = state;
        self.adopt();
    }

    pub(crate) fn decide(&mut self, input: Input) -> Option<Answer> {
        let around = Surroundings { now: self.now, keeper: Some("keeper-1".to_owned()), draining: false };
        let decision = decide(self.plan, &mut self.state, input, &around).unwrap();
        for (at, event) in &decision.events {
            self.model.take(*at, event).unwrap_or_else(|wrong| panic!("{wrong} [{event:?}]"));
        }
        self.model.at_rest(self.now, false).unwrap();
        self.events.extend(decision.events);
        self.boundaries.push(self.events.len());
        self.effects = decision.effects;
        decision.answer.map(|(_, answer)| answer)
    }

    /// Lets time pass, stopping at every timer on the way.
    pub(crate) fn pass(&mut self, time: Millis) {
        let until = self.now.plus(time);
        while let Some(next) = self.state.next_timer().filter(|next| *next <= until) {
            self.now = self.now.max(next);
            self.decide(Input::Tick);
        }
        self.now = until;
        self.decide(Input::Tick);
    }

    pub(crate) fn pass_seconds(&mut self, seconds: u64) {
        self.pass(Millis::seconds(seconds));
    }

    pub(crate) fn ix(&self, unit: &str) -> UnitIx {
        self.plan.find(&unit.parse().unwrap()).unwrap()
    }

    /// The attempt of a unit that is at work.
    pub(crate) fn attempt(&self, unit: &str) -> AttemptId {
        let flight = self.state.unit(self.ix(unit)).flight.as_ref();
        flight.unwrap_or_else(|| panic!("{unit} is {}", self.unit(unit))).attempt
    }

    /// What the attempt of a unit that is at work is for.
    pub(crate) fn purpose(&self, unit: &str) -> Option<Purpose> {
        self.state.unit(self.ix(unit)).flight.as_ref().map(|flight| flight.purpose)
    }

    /// The attempt of a unit that is at work ends.
    pub(crate) fn end(&mut self, unit: &str, outcome: Outcome) {
        let (unit, attempt) = (self.ix(unit), self.attempt(unit));
        self.decide(Input::Outcome { unit, attempt, outcome });
    }

    pub(crate) fn succeed(&mut self, unit: &str) {
        self.end(unit, crate::world::succeeded());
    }

    pub(crate) fn fail(&mut self, unit: &str) {
        self.end(unit, crate::world::failed(CauseKind::Exit));
    }

    pub(crate) fn lose(&mut self, unit: &str) {
        self.end(unit, crate::world::unknown());
    }

    /// The process was ended by the engine.
    pub(crate) fn die(&mut self, unit: &str) {
        let cause = Cause::new(CauseKind::Signal, "시그널 15 로 종료", "ended by signal 15");
        self.end(unit, Outcome::Failed { cause, seen: Seen::default() });
    }

    /// Asks; the code of the refusal, if it is one.
    pub(crate) fn ask(&mut self, name: &str, request: Request) -> Result<(), String> {
        self.ask_as(person(name), request)
    }

    pub(crate) fn ask_as(&mut self, actor: Actor, request: Request) -> Result<(), String> {
        self.requests += 1;
        let submission = submission(self.requests, actor, request, self.now);
        match self.decide(Input::Submission(submission)).unwrap() {
            Answer::Accepted { .. } => Ok(()),
            Answer::Refused { code, .. } => Err(code),
        }
    }

    /// A vote on what the open gate asks.
    pub(crate) fn ballot(&self, unit: &str, approve: bool) -> Request {
        let gate = self.state.unit(self.ix(unit)).gate.as_ref();
        let digest = gate.map_or(engine::base::Digest::ZERO, |gate| gate.digest);
        let comment = if approve { String::new() } else { "not yet".to_owned() };
        Request::Vote { unit: unit.parse().unwrap(), ballot: Box::new(Ballot::new(approve, comment, digest)) }
    }

    pub(crate) fn approve(&mut self, name: &str, unit: &str) -> Result<(), String> {
        let ballot = self.ballot(unit, true);
        self.ask(name, ballot)
    }

    pub(crate) fn reject(&mut self, name: &str, unit: &str) -> Result<(), String> {
        let ballot = self.ballot(unit, false);
        self.ask(name, ballot)
    }

    /// The state of a unit, in its word.
    pub(crate) fn unit(&self, unit: &str) -> &'static str {
        self.state.unit(self.ix(unit)).state.keyword()
    }

    pub(crate) fn status(&self) -> &'static str {
        self.state.status().keyword()
    }

    /// How many events are of a kind.
    pub(crate) fn count(&self, kind: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|(_, event)| kind(event)).count()
    }

    /// How often a unit's steps were attempted, probes not counted.
    pub(crate) fn starts(&self, unit: &str) -> usize {
        self.count(
            |event| matches!(event, Event::Started { unit: of, purpose: Purpose::Act, .. } if of.as_str() == unit),
        )
    }

    /// Whether the last decision asked to start something.
    pub(crate) fn starts_something(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Start { .. }))
    }
}

/// Requests by their words, with a reason where one is needed.
pub(crate) fn request(verb: &str, unit: &str) -> Request {
    let reason = "because".to_owned();
    let unit = || unit.parse().unwrap();
    match verb {
        "pause" => Request::Pause { reason },
        "hold the exercise" => Request::ExerciseHold { reason },
        "resume" => Request::Resume,
        "abort" => Request::Abort { reason },
        "retry" => Request::RetryStep { unit: unit() },
        "retry unit" => Request::RetryUnit { unit: unit() },
        "rerun" => Request::Rerun { unit: unit(), downstream: false, reason },
        "rerun with downstream" => Request::Rerun { unit: unit(), downstream: true, reason },
        "roll back" => rollback(Scope::Unit { unit: unit() }, false),
        "roll back with downstream" => rollback(Scope::Unit { unit: unit() }, true),
        "roll back all" => rollback(Scope::Run, false),
        "stop" => Request::Stop { unit: unit(), reason },
        "skip" => Request::Skip { unit: unit(), reason },
        "attest" => Request::Attest { unit: unit(), evidence: reason },
        other => panic!("no request is called {other}"),
    }
}

/// A wish to go back, with a reason.
pub(crate) fn rollback(scope: Scope, downstream: bool) -> Request {
    Request::Rollback { scope, downstream, reason: "because".to_owned() }
}
