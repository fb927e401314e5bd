//! Every sample runs to its end with simulated people, in simulated time, without anything being touched.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use engine::action::{Claimed, Ended, Launch, OutputSink, Runner};
use engine::base::{IdSource, InputName, Millis, RunId, Secret, SystemClock, SystemIds, UnitId};
use engine::executor::{Adoption, Declaration, Engine, Options};
use engine::plan::{InputKind, Mode, Plan};
use engine::run::{
    Actor, AttemptId, Door, Fault, RunStatus, Simulation, UnitState, Verdict, overall_verdict, plan_recovery,
};
use engine::store::{Memory, Owner};
use tokio_util::sync::CancellationToken;

use crate::shipped::{compiled, files, sample};

/// A mock run that reaches this has touched the world.
#[derive(Debug)]
struct NobodyRuns;

#[async_trait]
impl Runner for NobodyRuns {
    fn keeper(&self) -> Option<String> {
        None
    }

    async fn run(&self, launch: Launch, _: OutputSink, _: CancellationToken) -> Ended {
        panic!("a mock run started {:?}", launch.plan.unit(launch.unit).id)
    }

    async fn reattach(&self, launch: Launch, _: Option<&str>, _: OutputSink, _: CancellationToken) -> Ended {
        panic!("a mock run asked for {:?}", launch.plan.unit(launch.unit).id)
    }

    async fn claim(&self, _: RunId, _: u64) -> Claimed {
        Claimed::default()
    }

    async fn entrust(&self, _: RunId, _: u64, _: &BTreeMap<InputName, Secret>) {}

    fn settled(&self, _: RunId, _: u64, _: &[AttemptId]) {}

    fn over(&self, _: RunId, _: u64) {}
}

fn plan(path: &Path) -> Arc<Plan> {
    Arc::new(compiled(path).1.plan.unwrap())
}

/// Values for everything that must be given.
fn given(plan: &Plan) -> (BTreeMap<InputName, String>, BTreeMap<InputName, Secret>) {
    let (mut open, mut secret) = (BTreeMap::new(), BTreeMap::new());
    for input in plan.body().inputs.iter().filter(|input| input.required) {
        match &input.kind {
            InputKind::Secret => drop(secret.insert(input.name.clone(), Secret::new("not used"))),
            InputKind::Text => drop(open.insert(input.name.clone(), "exercise".to_owned())),
            InputKind::Enum(options) => drop(open.insert(input.name.clone(), options[0].clone())),
            InputKind::Datetime => drop(open.insert(input.name.clone(), "2026-11-21T03:00:00+09:00".to_owned())),
            InputKind::Bool => drop(open.insert(input.name.clone(), "true".to_owned())),
        }
    }
    (open, secret)
}

/// What is no part of a run that goes well, with the first of each choice given.
const LEFT_OUT: [(&str, &[&str]); 2] =
    [("batch-deploy-branch", &["previous"]), ("mysql-failover-vip", &["g-data-loss"])];

async fn declared(plan: &Arc<Plan>, faults: BTreeMap<UnitId, Fault>, chosen: &[(&str, &str)]) -> (Engine, RunId) {
    let engine = Engine::start(Options {
        store: Arc::new(Memory::new(Arc::new(SystemClock))),
        runner: Arc::new(NobodyRuns),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: Owner("samples".to_owned()),
        version: "test".to_owned(),
        base: BTreeMap::new(),
        adoption: Adoption::OnlyAsked,
        lease_ttl: Millis::seconds(30),
    });
    let (mut inputs, secrets) = given(plan);
    inputs.extend(chosen.iter().map(|(name, value)| (name.parse().unwrap(), (*value).to_owned())));
    let declaration = Declaration {
        run: RunId(SystemIds.fresh()),
        plan: Arc::clone(plan),
        source: String::new(),
        mode: Mode::Mock,
        inputs,
        secrets,
        requester: Actor { name: "kim".parse().unwrap(), roles: vec![], via: Door::CommandLine },
        reason: "rehearsal".to_owned(),
        concurrency: None,
        simulation: Some(Simulation { people: true, faults, ..Simulation::default() }),
        event_at: None,
        detect_at: None,
        parent: None,
        case: None,
        part: None,
        preflight: None,
        deeds: Vec::new(),
    };
    let run = engine.declare(declaration).await.unwrap();
    (engine, run)
}

#[tokio::test]
async fn every_sample_runs_to_its_end_in_exactly_its_planned_time() {
    for path in files("samples").iter().chain(&files("demo")) {
        let plan = plan(path);
        let (engine, run) = declared(&plan, BTreeMap::new(), &[]).await;
        let end = engine.settled(run).await.unwrap();
        let name = &plan.body().runbook;
        assert_eq!(end.state.status(), RunStatus::Completed, "{name}");
        let left_out = LEFT_OUT.iter().find(|(of, _)| *of == name.as_str()).map_or(&[][..], |(_, units)| units);
        for unit in plan.unit_ixs() {
            let id = &plan.unit(unit).id;
            let wanted = if left_out.contains(&id.as_str()) { UnitState::NotSelected } else { UnitState::Ready };
            assert_eq!(end.state.unit(unit).state, wanted, "{name}: {id}");
        }
        let rta = plan_recovery(&plan, &end.state).rta.unwrap();
        assert_eq!(rta, plan.schedule().length(), "{name}");
        assert_eq!(overall_verdict(&plan, &end.state), Some(Verdict::Simulated), "{name}");
    }
}

#[tokio::test]
async fn nothing_is_promoted_beside_a_primary_that_could_not_be_fenced() {
    let plan = plan(&sample("pg-3tier-standby-promotion"));
    let faults = BTreeMap::from([("fence-db".parse().unwrap(), Fault::Fail(9))]);
    let (engine, run) = declared(&plan, faults, &[]).await;
    let mut watch = engine.watch(run).await.unwrap();
    let view = Arc::clone(&watch.wait_for(|view| view.state.status() == RunStatus::Paused).await.unwrap());
    let state = |unit: &str| view.state.unit(plan.find(&unit.parse().unwrap()).unwrap()).state;
    assert_eq!(state("fence-db"), UnitState::Failed);
    assert_eq!(state("promote"), UnitState::Pending);
}

#[tokio::test]
async fn a_deployment_goes_as_far_as_its_scenario_says_and_comes_back_where_it_is_found_bad() {
    let plan = plan(&sample("batch-deploy-branch"));
    let faults = BTreeMap::from([("verify".parse().unwrap(), Fault::Fail(9))]);
    let (engine, run) = declared(&plan, faults, &[("scenario", "scenario-2")]).await;
    let end = engine.settled(run).await.unwrap();
    let state = |unit: &str| end.state.unit(plan.find(&unit.parse().unwrap()).unwrap()).state;
    assert_eq!(end.state.status(), RunStatus::Completed);
    for unit in ["canary", "deploy-ap2", "stays", "previous"] {
        assert_eq!(state(unit), UnitState::Ready, "{unit}");
    }
    for unit in ["deploy-ap3", "deploy-ap4", "announce"] {
        assert_eq!(state(unit), UnitState::NotSelected, "{unit}");
    }
    assert_eq!(state("verify"), UnitState::Skipped);
}
