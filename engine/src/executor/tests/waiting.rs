//! Waits until an instant.

use super::*;
use crate::plan::Moment;

fn until_step(moment: Moment) -> Step {
    Step { timeout: None, ..step(Action::Until(moment)) }
}

/// The ends of all waits that were begun.
fn ends(view: &View) -> Vec<Timestamp> {
    let passed = |event: &Event| match event {
        Event::Passed { until, .. } => *until,
        _ => None,
    };
    view.recent.iter().filter_map(|recorded| passed(&recorded.event)).collect()
}

#[tokio::test]
async fn a_wait_survives_its_engine_and_is_not_begun_anew() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let first = engine(&store, &runner, "first", Adoption::OnlyAsked);
    let moment = SystemClock.now().plus(Millis::seconds(2));
    let waiting = unit("quiet", &[], vec![until_step(Moment::At(moment)), command()]);
    let run = first.declare(declaration(&plan(vec![waiting]), Mode::Drill, None)).await.unwrap();
    until(&first, run, |view| view.state.unit(UnitIx(0)).state == UnitState::Running).await;
    first.shut_down_hard();
    let second = engine(&store, &runner, "second", Adoption::Orphans);
    let view = until(&second, run, |view| view.state.status() == RunStatus::Completed).await;
    assert_eq!(ends(&view), [moment], "one wait, and its end is the instant itself");
    assert!(view.state.ended_at().unwrap() >= moment);
    // Booked without remainder, the time in which no engine lived included.
    let ledger = view.state.ledger();
    assert_eq!(ledger.total(view.state.last_at()), view.state.ended_at().unwrap().since(view.state.declared_at()));
    assert_eq!(runner.made.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_instant_that_has_passed_is_not_waited_for() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let waiting = unit("quiet", &[], vec![until_step(Moment::At(Timestamp(0))), command()]);
    let run = engine.declare(declaration(&plan(vec![waiting]), Mode::Drill, None)).await.unwrap();
    assert_eq!(engine.settled(run).await.unwrap().state.status(), RunStatus::Completed);
}

#[tokio::test]
async fn in_a_mock_run_the_instant_comes_in_simulated_time() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let moment = SystemClock.now().plus(Millis::minutes(600));
    let waiting = unit("quiet", &[], vec![until_step(Moment::At(moment)), command()]);
    let run = engine.declare(declaration(&plan(vec![waiting]), Mode::Mock, None)).await.unwrap();
    let settled = engine.settled(run).await.unwrap();
    assert_eq!(settled.state.status(), RunStatus::Completed);
    assert!(settled.state.ended_at().unwrap() >= moment);
}
