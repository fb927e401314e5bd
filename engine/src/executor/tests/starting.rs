//! Units that start when another run has come somewhere.

use super::linked::{ix, played, tree};
use super::*;
use crate::base::Lang;
use crate::run::Account;

const WORK: &str =
    "units: {x: {target: 10m, run: [{command: x}]}, y: {target: 20m, needs: [x], run: [{command: y}]}}\n";

fn waiting(on: &str) -> String {
    format!(
        "units: {{first: {{target: 1m, run: [{{command: x}}]}}, u: {{needs: [first], target: 5m, starts_on: {on}, run: [{{command: x}}]}}}}\n"
    )
}

#[tokio::test]
async fn a_unit_waits_for_a_sibling_and_for_its_own_caller_on_their_clock() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[
        (
            "top",
            "
units:
  work: {run: [{call: {runbook: work}}]}
  sibling: {run: [{call: {runbook: sibling}}]}
  below: {run: [{call: {runbook: below}}]}
  beside: {target: 12m, run: [{command: x}]}
",
        ),
        ("work", WORK),
        ("sibling", &waiting("{run_of: work, unit: x}")),
        ("below", &waiting("{run_of: top, unit: beside}")),
    ]);
    let run = engine.declare(declaration(&plan, Mode::Mock, Some(played()))).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    let at = |minutes| view.state.declared_at().plus(Millis::minutes(minutes));
    for (id, begun, queued) in [("sibling", 10, 9), ("below", 12, 11)] {
        let child = view.state.called(&plan, ix(&plan, id))[0].1;
        let child = load(store.as_ref(), child).await.unwrap().replayed;
        let unit = child.state.unit(ix(&child.plan, "u"));
        assert_eq!((unit.eligible_at, unit.started_at), (Some(at(1)), Some(at(begun))), "{id}");
        assert_eq!(unit.ledger.booked(Account::Queue, at(60)), Millis::minutes(queued), "{id}");
        assert!(unit.elsewhere.reached);
    }
}

#[tokio::test]
async fn a_unit_waits_for_the_newest_active_run_and_a_person_decides_when_that_ends_without_coming_there() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.hanging.lock().unwrap().push("y".to_owned());
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let other = tree(&[("work", WORK)]);
    let waiter = tree(&[("wait", &waiting("{run_of: work, unit: y}")), ("work", WORK)]);
    let run = engine.declare(declaration(&waiter, Mode::Drill, None)).await.unwrap();
    let unit = ix(&waiter, "u");
    let view = until(&engine, run, |view| view.state.unit(unit).elsewhere.awaits.is_some()).await;
    assert_eq!(view.state.unit(unit).elsewhere.awaits, Some(None), "there is none yet");
    assert_eq!((view.state.unit(unit).state, view.state.status()), (UnitState::Queued, RunStatus::Running));

    let elsewhere = engine.declare(declaration(&other, Mode::Real, None)).await.unwrap();
    let first = engine.declare(declaration(&other, Mode::Drill, None)).await.unwrap();
    until(&engine, run, |view| view.state.unit(unit).elsewhere.awaits == Some(Some(first))).await;
    ask(&engine, first, Request::Abort { reason: "wrong site".to_owned() }).await;
    let view = until(&engine, run, |view| view.state.unit(unit).state == UnitState::Failed).await;
    let cause = view.state.unit(unit).cause.clone().unwrap();
    assert_eq!(cause.kind, CauseKind::Elsewhere);
    assert!(cause.message.get(Lang::En).contains("was aborted"), "{cause:?}");

    runner.hanging.lock().unwrap().clear();
    let second = engine.declare(declaration(&other, Mode::Drill, None)).await.unwrap();
    until(&engine, second, |view| view.state.status() == RunStatus::Completed).await;
    // What is over is not waited for; what is declared next is.
    ask(&engine, run, Request::RetryStep { unit: "u".parse().unwrap() }).await;
    until(&engine, run, |view| view.state.unit(unit).elsewhere.awaits == Some(None)).await;
    engine.declare(declaration(&other, Mode::Drill, None)).await.unwrap();
    until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    ask(&engine, elsewhere, Request::Abort { reason: "enough".to_owned() }).await;
    let replayed = load(store.as_ref(), run).await.unwrap().replayed;
    let reached = replayed.events.iter().filter(|(_, event)| matches!(event, Event::StartReached { .. })).count();
    assert_eq!(reached, 1);
}

#[tokio::test]
async fn a_milestone_can_be_waited_for_and_a_rehearsal_alone_waits_for_nobody() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[
        ("wait", &waiting("{run_of: marks, mark: verified}")),
        (
            "marks",
            "units: {go: {gate: {approvers: [chief]}}, v: {needs: [go], run: [{mark: verified}]}, z: {needs: [v], manual: end}}\n",
        ),
    ]);
    let alone = engine.declare(declaration(&plan, Mode::Mock, Some(played()))).await.unwrap();
    let view = until(&engine, alone, |view| view.state.status() == RunStatus::Completed).await;
    assert_eq!(view.state.ended_at().unwrap().since(view.state.declared_at()), Millis::minutes(6));

    let marks = tree(&[("marks", "units: {v: {run: [{mark: verified}]}, z: {needs: [v], manual: end}}\n")]);
    let other = engine.declare(declaration(&marks, Mode::Drill, None)).await.unwrap();
    until(&engine, other, |view| view.state.status() == RunStatus::Waiting).await;
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
}
