//! The executor as a whole over the memory store: runs begin, end, are asked things, lost and taken over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

mod linked;
mod locks;
mod starting;
mod vantage;
mod waiting;

use super::*;
use crate::action::{Claimed, Ended, Launch, OutputSink, Runner};
use crate::base::{
    Clock, Digest, IdSource, InputName, Millis, RequestId, RoleName, RunId, Secret, SystemClock, SystemIds, Text,
    Timestamp,
};
use crate::plan::{
    Action, Body, Command, CommandLine, Gate, Kind, Limits, Mode, Objectives, OnFail, OnReject, OnTimeout, Phase, Plan,
    Rehearsal, Retry, Review, Stage, StageFlow, StageIx, Step, Unit, UnitIx,
};
use crate::run::{
    Actor, Answer, AttemptId, Ballot, Cause, CauseKind, Door, Event, Outcome, Request, RunStatus, Seen, Simulation,
    Submission, UnitState, Verdict,
};
use crate::store::{Memory, Owner, Store};

fn step(action: Action) -> Step {
    Step {
        title: Text::plain(action.keyword()),
        phase: Phase::Run,
        action,
        timeout: Some(Millis::minutes(5)),
        retry: Retry::NONE,
        idempotent: false,
        already_done: None,
        probe_covers_unit: false,
        outputs: Vec::new(),
    }
}

fn command() -> Step {
    step(Action::Command(Command {
        line: CommandLine::Argv(vec!["/bin/true".to_owned()]),
        on: None,
        env: BTreeMap::new(),
        dir: None,
        exit: vec![0],
        stdout: None,
    }))
}

fn gate() -> Step {
    step(Action::Gate(Gate {
        question: Text::plain("go?"),
        approvers: vec!["commander".parse::<RoleName>().unwrap()],
        quorum: 1,
        seats: BTreeMap::new(),
        distinct: true,
        distinct_roles: false,
        exclude: vec![],
        timeout: None,
        escalate: vec![],
        on_timeout: OnTimeout::Wait,
        on_reject: OnReject::Fail,
    }))
}

fn unit(id: &str, needs: &[u32], steps: Vec<Step>) -> Unit {
    Unit {
        id: id.parse().unwrap(),
        title: Text::plain(id),
        owner: None,
        stage: StageIx(0),
        tier: None,
        on: None,
        target: Some(Millis::minutes(1)),
        recover_by: None,
        capacity: None,
        needs: needs.iter().map(|need| UnitIx(*need)).collect(),
        when: None,
        modes: Vec::new(),
        needs_stages: vec![],
        steps,
        on_fail: OnFail::Hold,
        point_of_no_return: false,
        usable: None,
        rollback: Vec::new(),
        nothing_to_undo: false,
        starts_on: None,
        locks: std::collections::BTreeSet::new(),
        rto_exclude: false,
        mock: Rehearsal::default(),
    }
}

fn plan(units: Vec<Unit>) -> Arc<Plan> {
    let count = u32::try_from(units.len()).unwrap();
    let stage = Stage {
        id: "main".parse().unwrap(),
        title: Text::plain("main"),
        flow: StageFlow::Parallel,
        max_parallel: None,
        needs: vec![],
        units: 0..count,
    };
    let body = Body {
        format: 1,
        runbook: "example".parse().unwrap(),
        title: Text::plain("example"),
        version: None,
        owner: None,
        organisation: None,
        answers: crate::plan::Answers::default(),
        authors: Vec::new(),
        description: None,
        kind: Kind::Recovery,
        review: Review::default(),
        schedule: Vec::new(),
        objectives: Objectives { rto: Some(Millis::minutes(10)), ..Objectives::default() },
        inputs: vec![],
        services: vec![],
        stages: vec![stage],
        units,
        limits: Limits::default(),
        source: Digest::of(b"example"),
        modes: vec![],
        bound: crate::plan::Bound::default(),
        silences: Vec::new(),
        callees: BTreeMap::new(),
        components: Vec::new(),
    };
    Arc::new(Plan::assemble(body).unwrap())
}

/// Answers attempts by unit id, and counts them.
#[derive(Debug, Default)]
struct Script {
    made: AtomicU32,
    /// Units whose attempts fail, as often as given.
    failing: Mutex<BTreeMap<String, u32>>,
    /// Units whose attempts end only when stopped.
    hanging: Mutex<Vec<String>>,
    /// Units of whose attempts nobody can say how they ended.
    unsure: Mutex<Vec<String>>,
}

#[async_trait]
impl Runner for Script {
    fn keeper(&self) -> Option<String> {
        Some("script".to_owned())
    }

    async fn run(&self, launch: Launch, _: OutputSink, stop: CancellationToken) -> Ended {
        self.made.fetch_add(1, Ordering::SeqCst);
        let id = launch.plan.unit(launch.unit).id.to_string();
        let failed = |kind| {
            Ended::With(Outcome::Failed {
                cause: Cause::new(kind, "각본대로", "as scripted"), seen: Seen::default()
            })
        };
        if self.hanging.lock().unwrap().contains(&id) {
            stop.cancelled().await;
            return failed(CauseKind::Signal);
        }
        if self.unsure.lock().unwrap().contains(&id) {
            return Ended::With(Outcome::Unknown { why: Text::plain("as scripted"), seen: Seen::default() });
        }
        let mut failing = self.failing.lock().unwrap();
        match failing.get_mut(&id) {
            Some(left) if *left > 0 => {
                *left -= 1;
                failed(CauseKind::Exit)
            }
            _ => Ended::With(Outcome::Succeeded { seen: Seen::default() }),
        }
    }

    async fn reattach(&self, launch: Launch, _: Option<&str>, output: OutputSink, stop: CancellationToken) -> Ended {
        let id = launch.plan.unit(launch.unit).id.to_string();
        if self.hanging.lock().unwrap().contains(&id) {
            return self.run(launch, output, stop).await;
        }
        Ended::NeverStarted
    }

    async fn claim(&self, _: RunId, _: u64) -> Claimed {
        Claimed::default()
    }

    async fn entrust(&self, _: RunId, _: u64, _: &BTreeMap<InputName, Secret>) {}

    fn settled(&self, _: RunId, _: u64, _: &[AttemptId]) {}

    fn over(&self, _: RunId, _: u64) {}
}

fn engine(store: &Arc<dyn Store>, runner: &Arc<Script>, name: &str, adoption: Adoption) -> Engine {
    Engine::start(Options {
        store: Arc::clone(store),
        runner: Arc::clone(runner) as Arc<dyn Runner>,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: Owner(name.to_owned()),
        version: "test".to_owned(),
        base: BTreeMap::new(),
        adoption,
        lease_ttl: Millis(300),
    })
}

fn memory() -> Arc<dyn Store> {
    Arc::new(Memory::new(Arc::new(SystemClock)))
}

fn operator() -> Actor {
    Actor { name: "kim".parse().unwrap(), roles: vec![], via: Door::CommandLine }
}

fn declaration(plan: &Arc<Plan>, mode: Mode, simulation: Option<Simulation>) -> Declaration {
    Declaration {
        run: RunId(SystemIds.fresh()),
        plan: Arc::clone(plan),
        source: "example".to_owned(),
        mode,
        inputs: BTreeMap::new(),
        secrets: BTreeMap::new(),
        requester: operator(),
        reason: "test".to_owned(),
        concurrency: None,
        simulation,
        event_at: None,
        detect_at: None,
        parent: None,
        case: None,
        part: None,
        preflight: None,
        deeds: Vec::new(),
    }
}

async fn ask(engine: &Engine, run: RunId, request: Request) -> Answer {
    let id = RequestId(SystemIds.fresh());
    let submission = Submission { id, run, actor: operator(), request, at: SystemClock.now() };
    engine.submit(submission, Vec::new(), Duration::from_secs(10)).await.unwrap()
}

async fn until(engine: &Engine, run: RunId, fits: impl Fn(&View) -> bool) -> Arc<View> {
    let mut watch = engine.watch(run).await.unwrap();
    let seen = tokio::time::timeout(Duration::from_secs(10), watch.wait_for(|view| fits(view))).await;
    Arc::clone(&seen.expect("the run did not get there").unwrap())
}

fn diamond() -> Arc<Plan> {
    plan(vec![
        unit("a", &[], vec![command()]),
        unit("b", &[0], vec![command(), command()]),
        unit("c", &[0], vec![command()]),
        unit("d", &[1, 2], vec![command()]),
    ])
}

#[tokio::test]
async fn a_run_makes_each_attempt_once_and_completes() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let run = engine.declare(declaration(&diamond(), Mode::Drill, None)).await.unwrap();
    let settled = engine.settled(run).await.unwrap();
    assert_eq!(settled.state.status(), RunStatus::Completed);
    assert_eq!(runner.made.load(Ordering::SeqCst), 5);
    assert_eq!(crate::run::overall_verdict(&settled.plan, &settled.state), Some(Verdict::Met));
    let loaded = load(store.as_ref(), run).await.unwrap();
    assert_eq!(&loaded.replayed.state, settled.state.as_ref());
}

#[tokio::test]
async fn the_same_declaration_twice_is_one_run() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let wanted = declaration(&diamond(), Mode::Drill, None);
    let (first, second) = tokio::join!(engine.declare(wanted.clone()), engine.declare(wanted));
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(store.runs(crate::store::RunFilter::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_hours_of_mock_drill_pass_at_once_with_simulated_people() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let mut units = vec![
        unit("go", &[], vec![gate()]),
        unit("work", &[0], vec![command(), step(Action::Wait(Millis::minutes(30)))]),
    ];
    units[0].target = Some(Millis::minutes(30));
    units[1].target = Some(Millis::minutes(90));
    units[1].steps[0].timeout = None;
    let simulation = Simulation { people: true, ..Simulation::default() };
    let run = engine.declare(declaration(&plan(units), Mode::Mock, Some(simulation))).await.unwrap();
    let settled = engine.settled(run).await.unwrap();
    assert_eq!(settled.state.status(), RunStatus::Completed);
    let took = settled.state.ended_at().unwrap().since(settled.state.declared_at());
    assert_eq!(took, Millis::minutes(120));
    assert_eq!(settled.state.ledger().total(settled.state.last_at()), took);
    assert_eq!(crate::run::overall_verdict(&settled.plan, &settled.state), Some(Verdict::Simulated));
    assert_eq!(runner.made.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_failed_unit_waits_for_a_person_and_goes_on_after_a_retry() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.failing.lock().unwrap().insert("b".to_owned(), 1);
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let run = engine.declare(declaration(&diamond(), Mode::Drill, None)).await.unwrap();
    assert_eq!(engine.settled(run).await.unwrap().state.status(), RunStatus::Failed);
    let answer = ask(&engine, run, Request::RetryStep { unit: "b".parse().unwrap() }).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    // What was said of its first rest is not said again.
    assert_eq!(engine.settled(run).await.unwrap().state.status(), RunStatus::Completed);
    assert_eq!(runner.made.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn a_gate_holds_what_comes_after_it_until_it_is_approved() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = plan(vec![unit("go", &[], vec![gate()]), unit("work", &[0], vec![command()])]);
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Waiting).await;
    assert_eq!(runner.made.load(Ordering::SeqCst), 0);
    let digest = view.state.unit(UnitIx(0)).gate.as_ref().unwrap().digest;
    let vote = |digest| Request::Vote {
        unit: "go".parse().unwrap(),
        ballot: Box::new(Ballot::new(true, String::new(), digest)),
    };
    let lapsed = ask(&engine, run, vote(Digest::ZERO)).await;
    assert!(matches!(lapsed, Answer::Refused { ref code, .. } if code == "vote_lapsed"), "{lapsed:?}");
    assert!(matches!(ask(&engine, run, vote(digest)).await, Answer::Accepted { .. }));
    until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
}

#[tokio::test]
async fn a_request_that_comes_twice_takes_effect_once() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let run = engine.declare(declaration(&plan(vec![unit("go", &[], vec![gate()])]), Mode::Drill, None)).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Waiting).await;
    let at = view.state.declared_at();
    let request = Request::SetMark { mark: crate::plan::MarkKind::Detect, at, reason: "seen".to_owned() };
    let submission = Submission { id: RequestId(SystemIds.fresh()), run, actor: operator(), request, at };
    for _ in 0..2 {
        assert!(engine.0.tell(run, dispatcher::Message::Submission(submission.clone())).await);
    }
    ask(&engine, run, Request::Pause { reason: "look".to_owned() }).await;
    let events = load(store.as_ref(), run).await.unwrap().replayed.events;
    let obeyed =
        |(_, event): &&(Timestamp, Event)| matches!(event, Event::Obeyed { request, .. } if *request == submission.id);
    assert_eq!(events.iter().filter(obeyed).count(), 1);
}

#[tokio::test]
async fn an_abort_ends_what_hangs() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.hanging.lock().unwrap().push("a".to_owned());
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let run = engine.declare(declaration(&diamond(), Mode::Drill, None)).await.unwrap();
    until(&engine, run, |view| view.state.unit(UnitIx(0)).state == UnitState::Running).await;
    ask(&engine, run, Request::Abort { reason: "enough".to_owned() }).await;
    let settled = engine.settled(run).await.unwrap();
    assert_eq!(settled.state.status(), RunStatus::Aborted);
    assert!((0..4).all(|ix| settled.state.unit(UnitIx(ix)).state == UnitState::Cancelled));
}

#[tokio::test]
async fn another_engine_takes_over_when_the_first_one_dies_and_the_first_is_fenced() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.hanging.lock().unwrap().push("a".to_owned());
    let first = engine(&store, &runner, "first", Adoption::OnlyAsked);
    let run = first.declare(declaration(&diamond(), Mode::Drill, None)).await.unwrap();
    until(&first, run, |view| view.state.unit(UnitIx(0)).state == UnitState::Running).await;
    first.shut_down_hard();
    runner.hanging.lock().unwrap().clear();
    let second = engine(&store, &runner, "second", Adoption::Orphans);
    let view = until(&second, run, |view| view.state.status() == RunStatus::Completed).await;
    let adopted = view.recent.iter().filter(|recorded| matches!(recorded.event, Event::Adopted { .. })).count();
    assert_eq!(adopted, 2);
}

#[tokio::test]
async fn a_soft_shutdown_gives_runs_back_and_another_engine_goes_on() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let first = engine(&store, &runner, "first", Adoption::OnlyAsked);
    let gated = plan(vec![unit("go", &[], vec![gate()])]);
    let run = first.declare(declaration(&gated, Mode::Drill, None)).await.unwrap();
    until(&first, run, |view| view.state.status() == RunStatus::Waiting).await;
    first.shut_down().await;
    let second = engine(&store, &runner, "second", Adoption::OnlyAsked);
    second.adopt(run, BTreeMap::new()).await.unwrap();
    let view = until(&second, run, |view| view.state.engine() == Some("second")).await;
    assert_eq!(view.state.status(), RunStatus::Waiting);
}

#[tokio::test]
async fn a_declaration_that_does_not_hold_leaves_nothing_behind() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let mut wanted = declaration(&diamond(), Mode::Drill, None);
    wanted.inputs.insert("reson".parse().unwrap(), "typo".to_owned());
    assert!(matches!(engine.declare(wanted).await, Err(DeclareError::Inputs(_))));
    let mut early = declaration(&diamond(), Mode::Drill, None);
    early.event_at = Some(Timestamp(i64::MAX));
    assert!(matches!(engine.declare(early).await, Err(DeclareError::Marks { .. })));
    assert!(store.runs(crate::store::RunFilter::default()).await.unwrap().is_empty());
}
