//! Runs that call runs: in the world and on one simulated clock.

use super::*;
use crate::plan::compile_in;
use crate::run::{Ballot, LinkedRun, called_run};
use crate::runbook::{Source, Surroundings};

/// The plan of the first of some runbooks; the others can be called.
pub(super) fn tree(runbooks: &[(&str, &str)]) -> Arc<Plan> {
    let folder = tempfile::tempdir().unwrap();
    for (id, text) in runbooks {
        std::fs::write(folder.path().join(format!("{id}.yaml")), format!("runbook: {id}\n{text}")).unwrap();
    }
    let source = Source::read(&folder.path().join(format!("{}.yaml", runbooks[0].0))).unwrap();
    let compiled = compile_in(&source, &Surroundings::around(folder.path(), folder.path()));
    Arc::new(compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics)))
}

pub(super) fn ix(plan: &Plan, id: &str) -> UnitIx {
    plan.find(&id.parse().unwrap()).unwrap()
}

/// What a unit's last attempt says of the run that it called.
fn linked(view: &View, id: &str) -> LinkedRun {
    let attempt = view.state.unit(ix(&view.plan, id)).last_attempt().unwrap();
    let seen = match &attempt.ended.as_ref().unwrap().1 {
        Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. } => seen,
    };
    seen.linked.as_deref().unwrap().clone()
}

async fn runs(store: &Arc<dyn Store>) -> usize {
    store.runs(crate::store::RunFilter::default()).await.unwrap().len()
}

const WORK: &str =
    "units: {x: {target: 10m, run: [{command: x}]}, y: {target: 20m, needs: [x], run: [{command: y}]}}\n";

pub(super) fn played() -> Simulation {
    Simulation { people: true, ..Simulation::default() }
}

#[tokio::test]
async fn a_played_tree_of_runs_has_one_clock() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[
        (
            "top",
            "
units:
  first: {target: 5m, run: [{command: x}]}
  call: {needs: [first], run: [{call: {runbook: middle}}]}
  beside: {needs: [first], target: 12m, run: [{command: x}]}
  other: {needs: [beside], run: [{call: {runbook: work}}]}
  last: {needs: [call, other], target: 3m, run: [{command: x}]}
",
        ),
        ("middle", "units: {a: {run: [{call: {runbook: work}}]}, b: {needs: [a], target: 4m, manual: look}}\n"),
        ("work", WORK),
    ]);
    let run = engine.declare(declaration(&plan, Mode::Mock, Some(played()))).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    let state = &view.state;
    let at = |minutes| state.declared_at().plus(Millis::minutes(minutes));
    let span = |id: &str| {
        let unit = state.unit(ix(&plan, id));
        (unit.eligible_at.unwrap(), unit.settled_at.unwrap())
    };
    assert_eq!(span("call"), (at(5), at(39)));
    assert_eq!(span("beside"), (at(5), at(17)), "what stands beside a call goes its own way");
    assert_eq!(span("other"), (at(17), at(47)));
    assert_eq!(span("last"), (at(47), at(50)));
    assert_eq!(state.ended_at(), Some(at(plan.schedule().length().0 / 60_000)));
    let called = linked(&view, "call");
    assert_eq!((called.status, called.rta), (RunStatus::Completed, Some(Millis::minutes(34))));
    let middle = load(store.as_ref(), called.run).await.unwrap().replayed;
    assert_eq!((middle.state.declared_at(), middle.state.ended_at()), (at(5), Some(at(39))));
    let parent = middle.state.header().parent.clone().unwrap();
    assert_eq!((parent.run, parent.unit.as_str(), parent.root()), (run, "call", run));
    let deep = middle.state.linked(ix(&middle.plan, "a"), AttemptId(1)).unwrap();
    let deep = load(store.as_ref(), deep).await.unwrap().replayed.state;
    assert_eq!(deep.header().parent.as_ref().unwrap().lineage().collect::<Vec<_>>(), [run, called.run]);
    assert_eq!(runs(&store).await, 4);
    assert_eq!(runner.made.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_called_run_that_waits_for_people_holds_nothing_up_beside_it_and_its_clock_does_not_run_ahead() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[
        (
            "top",
            "
objectives: {rto: 1h}
units:
  call: {run: [{call: {runbook: asking}}]}
  beside: {target: 12m, run: [{command: x}]}
",
        ),
        ("asking", "units: {go: {target: 5m, gate: {approvers: [chief], timeout: 30m}}}\n"),
    ]);
    let run = engine.declare(declaration(&plan, Mode::Mock, Some(Simulation::default()))).await.unwrap();
    let view = until(&engine, run, |view| view.state.unit(ix(&plan, "beside")).state == UnitState::Ready).await;
    let child = view.state.called(&plan, ix(&plan, "call"))[0].1;
    let asking = until(&engine, child, |view| view.state.status() == RunStatus::Waiting).await;
    let digest = asking.state.unit(UnitIx(0)).gate.as_ref().unwrap().digest;
    let ballot = Box::new(Ballot::new(true, String::new(), digest));
    let vote = Request::Vote { unit: "go".parse().unwrap(), ballot };
    assert!(matches!(ask(&engine, child, vote).await, Answer::Accepted { .. }));
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    let took = view.state.ended_at().unwrap().since(view.state.declared_at());
    assert_eq!(took, Millis::minutes(12), "nobody waited in simulated time");
}

#[tokio::test]
async fn nobody_passes_over_a_call_whose_runbook_asks_for_consent() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let asking = "units: {go: {target: 5m, gate: {approvers: [chief], timeout: 30m}}}\n";
    let plan = tree(&[
        (
            "top",
            "
units:
  deep: {on_fail: skip, run: [{call: {runbook: middle}}]}
  behind: {needs: [deep], run: [{command: x}]}
  played: {run: [{call: {runbook: asking, mode: mock}}]}
  loose: {run: [{call: {runbook: asking, wait: none}}]}
",
        ),
        ("middle", "units: {a: {run: [{call: {runbook: asking}}]}}\n"),
        ("asking", asking),
    ]);
    let asks = |unit: &str| plan.asks_consent(&plan.unit(ix(&plan, unit)).steps[0]);
    assert_eq!(["deep", "behind", "played", "loose"].map(asks), [true, false, false, false]);
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let view = until(&engine, run, |view| !view.state.called(&plan, ix(&plan, "deep")).is_empty()).await;
    let child = view.state.called(&plan, ix(&plan, "deep"))[0].1;
    ask(&engine, child, Request::Abort { reason: "wrong site".to_owned() }).await;
    until(&engine, run, |view| view.state.unit(ix(&plan, "deep")).state == UnitState::Failed).await;
    for unit in ["deep", "behind"] {
        let (unit, words) = (|| unit.parse().unwrap(), || "done by hand".to_owned());
        for request in
            [Request::Skip { unit: unit(), reason: words() }, Request::Attest { unit: unit(), evidence: words() }]
        {
            let Answer::Refused { code, .. } = ask(&engine, run, request).await else { panic!("{:?} passed", unit()) };
            assert_eq!(code, "gate_not_bypassed");
        }
    }
}

#[tokio::test]
async fn a_fault_of_a_call_and_a_script_of_its_unit_are_played_without_another_run() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[
        (
            "top",
            "
units:
  faulty: {run: [{call: {runbook: work}, retry: 2, idempotent: true}]}
  scripted: {needs: [faulty], mock: {takes: 7m}, run: [{call: {runbook: work}}]}
",
        ),
        ("work", WORK),
    ]);
    let faults = BTreeMap::from([("faulty".parse().unwrap(), crate::run::Fault::Fail(1))]);
    let simulation = Some(Simulation { people: true, faults, ..Simulation::default() });
    let run = engine.declare(declaration(&plan, Mode::Mock, simulation)).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    assert_eq!(view.state.unit(ix(&plan, "faulty")).attempts.len(), 2);
    assert_eq!(linked(&view, "faulty").run, called_run(run, AttemptId(2)));
    assert_eq!(runs(&store).await, 2);
    let scripted = view.state.unit(ix(&plan, "scripted"));
    assert_eq!(scripted.elapsed(view.state.last_at()), Some(Millis::minutes(7)));
}

#[tokio::test]
async fn a_retry_goes_on_with_a_run_that_stood_still_and_declares_another_one_after_an_abort() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.failing.lock().unwrap().insert("x".to_owned(), 1);
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[("top", "units: {call: {run: [{call: {runbook: work}}]}}\n"), ("work", WORK)]);
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Failed).await;
    let first = linked(&view, "call");
    assert_eq!(first.status, RunStatus::Failed);
    let cause = view.state.unit(UnitIx(0)).cause.clone().unwrap();
    assert_eq!(cause.kind, CauseKind::Called);
    assert!(cause.message.get(crate::base::Lang::En).contains("x: as scripted"), "{cause:?}");
    ask(&engine, first.run, Request::Abort { reason: "wrong site".to_owned() }).await;
    until(&engine, first.run, |view| view.state.status() == RunStatus::Aborted).await;
    let retry = || Request::RetryStep { unit: "call".parse().unwrap() };
    let tries = |view: &View| view.state.unit(UnitIx(0)).attempts.iter().filter(|made| made.ended.is_some()).count();
    ask(&engine, run, retry()).await;
    let view = until(&engine, run, |view| tries(view) == 2 && view.state.status() == RunStatus::Failed).await;
    assert_eq!((linked(&view, "call").run, linked(&view, "call").status), (first.run, RunStatus::Aborted));
    ask(&engine, run, retry()).await;
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    assert_ne!(linked(&view, "call").run, first.run);
    assert_eq!(runs(&store).await, 3);
}

#[tokio::test]
async fn a_call_is_done_when_the_called_run_is_verified_or_only_declared_where_it_says_so() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.hanging.lock().unwrap().push("slow".to_owned());
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[
        (
            "top",
            "
units:
  verified: {run: [{call: {runbook: long, wait: verified}}]}
  declared: {needs: [verified], run: [{call: {runbook: long, wait: none}}]}
",
        ),
        ("long", "units: {v: {run: [{mark: verified}]}, slow: {needs: [v], run: [{command: x}]}}\n"),
    ]);
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Completed).await;
    for id in ["verified", "declared"] {
        let child = linked(&view, id).run;
        until(&engine, child, |view| view.state.unit(UnitIx(1)).state == UnitState::Running).await;
        ask(&engine, child, Request::Abort { reason: "enough".to_owned() }).await;
    }
}

#[tokio::test]
async fn another_engine_finds_the_called_run_again_and_declares_nothing_twice() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    runner.hanging.lock().unwrap().push("x".to_owned());
    let plan = tree(&[("top", "units: {call: {run: [{call: {runbook: work}}]}}\n"), ("work", WORK)]);
    let first = engine(&store, &runner, "first", Adoption::OnlyAsked);
    let run = first.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let child = called_run(run, AttemptId(1));
    until(&first, run, |view| view.state.unit(UnitIx(0)).state == UnitState::Running).await;
    while store.rows_after(child, 0, 1).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    first.shut_down_hard();
    runner.hanging.lock().unwrap().clear();
    // Only the caller is taken over; what it called comes with it.
    let second = engine(&store, &runner, "second", Adoption::OnlyAsked);
    while second.adopt(run, BTreeMap::new()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let view = until(&second, run, |view| view.state.status() == RunStatus::Completed).await;
    assert_eq!(linked(&view, "call").run, child);
    assert_eq!(runs(&store).await, 2);
}

#[tokio::test]
async fn a_called_run_uses_the_locks_of_the_run_that_waits_for_it_and_no_others() {
    let (store, runner) = (memory(), Arc::new(Script::default()));
    let engine = engine(&store, &runner, "one", Adoption::OnlyAsked);
    let plan = tree(&[
        (
            "top",
            "
units:
  fence: {lock: [pg-main], run: [{command: x}]}
  call: {needs: [fence], run: [{call: {runbook: promote}}]}
  beside: {needs: [call], run: [{call: {runbook: promote, wait: none}}]}
  hold: {needs: [beside], manual: look}
",
        ),
        ("promote", "units: {p: {lock: [pg-main, vip], run: [{command: x}]}}\n"),
    ]);
    let run = engine.declare(declaration(&plan, Mode::Drill, None)).await.unwrap();
    let view = until(&engine, run, |view| view.state.status() == RunStatus::Waiting).await;
    let called = linked(&view, "call");
    assert_eq!(called.status, RunStatus::Completed, "it did not wait for its own caller");
    let beside = linked(&view, "beside").run;
    let waiting = until(&engine, beside, |view| view.state.unit(UnitIx(0)).awaits_lock.is_some()).await;
    let (lock, holder) = waiting.state.unit(UnitIx(0)).awaits_lock.clone().unwrap();
    assert_eq!((lock.as_str(), holder.run), ("pg-main", run), "nobody waits for it, so it waits as any other run");
    ask(&engine, run, Request::Abort { reason: "enough".to_owned() }).await;
    until(&engine, beside, |view| view.state.status() == RunStatus::Completed).await;
}
