//! Runs that want the same lock.

use super::*;
use crate::base::LockName;

/// A unit that wants a lock, and another one after it.
fn locked(lock: &str) -> Arc<Plan> {
    let mut first = unit("a", &[], vec![command()]);
    first.locks.insert(lock.parse().unwrap());
    plan(vec![first, unit("b", &[0], vec![gate()])])
}

fn lock() -> LockName {
    "pg-main".parse().unwrap()
}

async fn ready(engine: &Engine, run: RunId, id: &str) {
    until(engine, run, |view| {
        view.plan.find(&id.parse().unwrap()).is_some_and(|ix| view.state.unit(ix).state == UnitState::Ready)
    })
    .await;
}

#[tokio::test]
async fn a_unit_waits_until_the_run_that_has_its_lock_is_over_and_says_which_that_is() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let one = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let first = one.declare(declaration(&locked("pg-main"), Mode::Drill, None)).await.unwrap();
    ready(&one, first, "a").await;
    // Another node, another run.
    let two = engine(&store, &runner, "two", Adoption::OnlyAsked);
    let second = two.declare(declaration(&locked("pg-main"), Mode::Real, None)).await.unwrap();
    let view = until(&two, second, |view| view.state.unit(UnitIx(0)).awaits_lock.is_some()).await;
    let waiting = view.state.unit(UnitIx(0));
    let (name, holder) = waiting.awaits_lock.clone().unwrap();
    assert_eq!((name, holder.run, holder.runbook.as_str()), (lock(), first, "example"));
    assert_eq!((waiting.state, view.state.status()), (UnitState::Queued, RunStatus::Running));
    assert_eq!(runner.made.load(Ordering::SeqCst), 1);
    let free = two.declare(declaration(&locked("mysql"), Mode::Drill, None)).await.unwrap();
    ready(&two, free, "a").await;

    ask(&one, first, Request::Abort { reason: "the other one goes first".to_owned() }).await;
    ready(&two, second, "a").await;
    let view = until(&two, second, |view| view.state.unit(UnitIx(1)).state == UnitState::AwaitingGate).await;
    assert!(view.state.locks().contains(&lock()) && view.state.unit(UnitIx(0)).awaits_lock.is_none());
}

#[tokio::test]
async fn a_run_has_its_lock_through_a_change_of_engines_and_a_mock_run_never_wants_one() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let one = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let first = one.declare(declaration(&locked("pg-main"), Mode::Drill, None)).await.unwrap();
    ready(&one, first, "a").await;
    one.shut_down().await;

    let two = engine(&store, &runner, "two", Adoption::OnlyAsked);
    let second = two.declare(declaration(&locked("pg-main"), Mode::Drill, None)).await.unwrap();
    until(&two, second, |view| view.state.unit(UnitIx(0)).awaits_lock.is_some()).await;
    let mock = Some(Simulation { speed: 0, ..Simulation::default() });
    let mock = two.declare(declaration(&locked("pg-main"), Mode::Mock, mock)).await.unwrap();
    ready(&two, mock, "a").await;

    two.adopt(first, BTreeMap::new()).await.unwrap();
    let view = until(&two, first, |view| view.state.engine() == Some("two")).await;
    assert!(view.state.locks().contains(&lock()), "it is in the journal");
    let events = load(store.as_ref(), second).await.unwrap().replayed.events;
    let told = events.iter().filter(|(_, event)| matches!(event, Event::LockAwaited { .. })).count();
    assert_eq!(told, 1, "said once");
}
