//! Vantage points that do not agree.

use super::*;
use crate::plan::{Check, Host, Probe, Tcp, Vantage};

fn check(from: Option<Vantage>) -> Step {
    let probe = Probe::Tcp(Tcp { host: Host::Written("192.0.2.1".to_owned()), port: 5_432 });
    step(Action::Check(Check { probe, attempts: 1, every: Millis(1), successes: 1, expect_down: false, from }))
}

#[tokio::test]
async fn where_vantage_points_do_not_agree_a_person_decides_and_nobody_asks_again_by_himself() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.unsure.lock().unwrap().push("look".to_owned());
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let points = vec!["local".parse().unwrap()];
    let split = check(Some(Vantage { points, quorum: 1 }));
    let mut looking = unit("look", &[], vec![split]);
    looking.on_fail = OnFail::Abort;
    let plan = plan(vec![looking, unit("promote", &[0], vec![command()])]);
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let settled = engine.settled(run).await.unwrap();
    // Not failed: what failure leads to is not for those who know nothing.
    assert_eq!(settled.state.unit(UnitIx(0)).state, UnitState::Unknown);
    assert_eq!(runner.made.load(Ordering::SeqCst), 1);
    runner.unsure.lock().unwrap().clear();
    let answer = ask(&engine, run, Request::RetryStep { unit: "look".parse().unwrap() }).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    assert_eq!(runner.made.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn one_that_asks_alone_and_is_cut_off_is_simply_asked_again() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.unsure.lock().unwrap().push("look".to_owned());
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = plan(vec![unit("look", &[], vec![check(None)])]);
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let settled = engine.settled(run).await.unwrap();
    assert_eq!(settled.state.unit(UnitIx(0)).state, UnitState::Unknown);
    assert_eq!(runner.made.load(Ordering::SeqCst), 6);
}
