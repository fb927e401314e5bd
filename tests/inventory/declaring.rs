//! What a declaration says of targets that the run could not address.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::base::{IdSource as _, Lang, Millis, RunId, SystemClock, SystemIds};
use engine::executor::{Adoption, Declaration, DeclareError, Engine, Options, TargetFault};
use engine::plan::{Mode, Plan, compile};
use engine::run::{Actor, Door};
use engine::runbook::Source;
use engine::store::{Memory, Owner};

use crate::files::{WHOLE, inventory, planned};
use crate::lab::Hands;

async fn declare(hands: &Hands, plan: Arc<Plan>, mode: Mode) -> Result<RunId, DeclareError> {
    let engine = Engine::start(Options {
        store: Arc::new(Memory::new(Arc::new(SystemClock))),
        runner: Arc::clone(&hands.actions) as _,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: Owner("test".to_owned()),
        version: "test".to_owned(),
        base: BTreeMap::new(),
        adoption: Adoption::OnlyAsked,
        lease_ttl: Millis::seconds(30),
    });
    let roles = ["operator", "commander"].map(|role| role.parse().unwrap());
    let declared = engine
        .declare(Declaration {
            run: RunId(SystemIds.fresh()),
            plan,
            source: String::new(),
            mode,
            inputs: BTreeMap::new(),
            secrets: BTreeMap::new(),
            requester: Actor { name: "kim".parse().unwrap(), roles: roles.into(), via: Door::Console },
            reason: "test".to_owned(),
            concurrency: None,
            simulation: None,
            event_at: None,
            detect_at: None,
            parent: None,
            case: None,
            part: None,
            preflight: None,
            deeds: Vec::new(),
        })
        .await;
    engine.shut_down_hard();
    declared
}

const LEADS_EVERYWHERE: &str = "
runbook: r
units:
  primary: {on: db-primary, timeout: 5s, run: [{tcp: \":5432\"}, {tcp: \":5432\"}]}
  standby: {on: db-standby, timeout: 5s, run: [{tcp: \":6432\"}]}
  portal: {timeout: 5s, run: [{wait: 1s}], post: [{http: /health, on: portal}]}
  back: {timeout: 5s, run: [{command: [\"true\"]}], rollback: [{tcp: \":5432\", on: db-primary}]}
  written: {timeout: 5s, run: [{http: \"http://10.0.0.12/\"}, {tcp: \"127.0.0.1:2200\"}]}
  remote: {on: db-standby, timeout: 5s, run: [{command: [pg_ctl, promote]}], already_done: {command: [check], on: bastion}}
";

fn faults(refused: Result<RunId, DeclareError>) -> Vec<TargetFault> {
    match refused {
        Err(DeclareError::Targets(faults)) => faults,
        other => panic!("not refused for its targets: {other:?}"),
    }
}

fn places(faults: &[TargetFault]) -> Vec<(&str, &str)> {
    faults.iter().map(|fault| (fault.unit.as_str(), fault.target.as_str())).collect()
}

#[tokio::test]
async fn every_target_that_is_not_bound_for_the_mode_is_named_with_its_unit_once() {
    let (hands, plan) = (Hands::new().await, planned(&inventory(WHOLE), LEADS_EVERYWHERE));
    let drill = faults(declare(&hands, Arc::clone(&plan), Mode::Drill).await);
    let expected =
        [("primary", "db-primary"), ("back", "db-primary"), ("written", "db-primary"), ("written", "lab-bastion")];
    assert_eq!(places(&drill), expected);
    let isolated = faults(declare(&hands, Arc::clone(&plan), Mode::Isolated).await);
    let expected = [
        ("primary", "db-primary"),
        ("portal", "portal"),
        ("back", "db-primary"),
        ("written", "db-primary"),
        ("remote", "bastion"),
    ];
    assert_eq!(places(&isolated), expected);
    for fault in &drill {
        for lang in Lang::ALL {
            assert!(fault.message.get(lang).contains(fault.target.as_str()), "{fault:?}");
        }
    }
    assert!(drill[0].to_string().contains("real only, not in drill"), "{}", drill[0]);
    assert!(declare(&hands, plan, Mode::Mock).await.is_ok(), "what is only played touches nothing");
}

#[tokio::test]
async fn without_an_inventory_a_foreign_target_can_only_be_played() {
    let hands = Hands::new().await;
    let plan = Arc::new(compile(&Source::new("r.yaml", LEADS_EVERYWHERE)).plan.unwrap());
    let real = faults(declare(&hands, Arc::clone(&plan), Mode::Real).await);
    let expected = [
        ("primary", "db-primary"),
        ("standby", "db-standby"),
        ("portal", "portal"),
        ("back", "db-primary"),
        ("remote", "db-standby"),
        ("remote", "bastion"),
    ];
    assert_eq!(places(&real), expected);
    assert!(real[0].to_string().contains("without an inventory"), "{}", real[0]);
    assert!(declare(&hands, plan, Mode::Mock).await.is_ok());
}

#[tokio::test]
async fn a_runbook_is_declared_in_the_modes_that_it_names_and_may_always_be_played() {
    let hands = Hands::new().await;
    let text = "runbook: r\nmodes: [isolated, drill]\nunits:\n  a: {wait: 1s}\n";
    let plan = Arc::new(compile(&Source::new("r.yaml", text)).plan.unwrap());
    match declare(&hands, Arc::clone(&plan), Mode::Real).await {
        Err(DeclareError::Mode { mode: Mode::Real, allowed }) => assert_eq!(allowed, [Mode::Isolated, Mode::Drill]),
        other => panic!("{other:?}"),
    }
    for mode in [Mode::Mock, Mode::Isolated, Mode::Drill] {
        assert!(declare(&hands, Arc::clone(&plan), mode).await.is_ok(), "{mode:?}");
    }
}
