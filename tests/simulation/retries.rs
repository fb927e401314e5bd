//! What operators do to a run, above all at the moments that went wrong in systems of this kind: pausing, stopping, aborting,
//! trying and running again.

use engine::base::Millis;
use engine::plan::MarkKind;
use engine::run::{Effect, Event, Input, Request};

use crate::script::{FLAKY, GATE, Script, request};
use crate::world::succeeded;

#[test]
fn a_killed_step_can_be_retried_and_its_late_result_changes_nothing() {
    let mut script = Script::of(FLAKY);
    let first = script.attempt("db");
    script.ask("lee", request("stop", "db")).unwrap();
    assert_eq!(script.effects, [Effect::Kill { attempt: first }]);
    script.die("db");
    assert_eq!(script.unit("db"), "failed", "a step that was stopped is not tried again by itself");
    script.ask("lee", request("retry", "db")).unwrap();
    assert!(script.attempt("db") > first);
    let db = script.ix("db");
    script.decide(Input::Outcome { unit: db, attempt: first, outcome: succeeded() });
    assert_eq!(script.unit("db"), "running");
    assert!(matches!(script.events.last(), Some((_, Event::Late { attempt, .. })) if *attempt == first));
    script.succeed("db");
    assert_eq!(script.unit("db"), "ready");
}

#[test]
fn a_retry_that_is_due_after_an_abort_does_not_happen() {
    let mut script = Script::of(FLAKY);
    script.fail("db");
    assert_eq!(script.unit("db"), "retry_wait");
    script.ask("lee", request("abort", "")).unwrap();
    assert_eq!(script.status(), "aborted");
    script.pass_seconds(60);
    assert_eq!((script.unit("db"), script.starts("db")), ("cancelled", 1));
}

#[test]
fn a_pause_lets_a_retry_become_due_but_not_begin() {
    let mut script = Script::of(FLAKY);
    script.fail("db");
    script.ask("lee", request("pause", "")).unwrap();
    script.pass_seconds(30);
    assert_eq!((script.unit("db"), script.status(), script.starts("db")), ("queued", "paused", 1));
    script.crash();
    assert_eq!((script.status(), script.starts("db")), ("paused", 1), "a pause outlives the engine");
    script.ask("lee", request("resume", "")).unwrap();
    assert_eq!((script.unit("db"), script.starts("db")), ("running", 2));
}

#[test]
fn resuming_twice_is_refused_the_second_time() {
    let mut script = Script::of(FLAKY);
    script.ask("lee", request("pause", "")).unwrap();
    assert_eq!(script.ask("lee", request("pause", "")), Err("paused_already".to_owned()));
    script.ask("lee", request("resume", "")).unwrap();
    assert_eq!(script.ask("lee", request("resume", "")), Err("not_paused".to_owned()));
    assert_eq!(script.starts("db"), 1);
}

#[test]
fn a_hanging_step_is_stopped_and_the_unit_attested() {
    let mut script = Script::of(FLAKY);
    assert_eq!(script.ask("lee", request("attest", "db")), Err("not_possible_now".to_owned()));
    script.ask("lee", request("stop", "db")).unwrap();
    script.die("db");
    script.ask("lee", request("attest", "db")).unwrap();
    assert_eq!((script.unit("db"), script.starts("web")), ("attested", 1));
    script.succeed("web");
    assert_eq!(script.status(), "completed");
}

#[test]
fn a_wait_can_be_stopped() {
    let mut script = Script::of(
        "
runbook: waiting
units:
  ttl: {wait: 1h}
  web: {needs: [ttl], run: [{command: 'start web', timeout: 1m}]}
",
    );
    script.pass_seconds(5);
    script.ask("lee", request("stop", "ttl")).unwrap();
    assert_eq!((script.unit("ttl"), script.status()), ("failed", "failed"));
    script.ask("lee", request("attest", "ttl")).unwrap();
    assert_eq!(script.starts("web"), 1);
}

#[test]
fn an_engine_that_dies_between_two_steps_goes_on_with_the_second() {
    let mut script = Script::of(
        "
runbook: steps
units:
  db: {run: [{command: one, timeout: 1m}, {command: two, timeout: 1m}], post: [{tcp: '127.0.0.1:1', timeout: 1m}]}
",
    );
    script.ask("lee", request("pause", "")).unwrap();
    script.succeed("db");
    script.crash();
    script.ask("lee", request("resume", "")).unwrap();
    assert_eq!((script.state.unit(script.ix("db")).step, script.starts("db")), (1, 2));
    script.succeed("db");
    script.crash();
    script.succeed("db");
    assert_eq!((script.unit("db"), script.starts("db"), script.status()), ("ready", 3, "completed"));
}

#[test]
fn a_rerun_can_be_run_again() {
    let mut script = Script::of(GATE);
    for round in 1..4 {
        script.pass_seconds(10);
        script.succeed("db");
        assert_eq!((script.unit("go"), script.starts("db")), ("awaiting_gate", round));
        let eligible = script.state.unit(script.ix("db")).eligible_at;
        script.ask("lee", request("rerun with downstream", "db")).unwrap();
        assert_eq!((script.unit("db"), script.unit("go")), ("running", "pending"));
        assert!(script.state.unit(script.ix("db")).eligible_at > eligible, "its clock starts anew");
    }
    script.succeed("db");
    script.approve("lee", "go").unwrap();
    script.approve("park", "go").unwrap();
    script.succeed("web");
    assert_eq!((script.status(), script.starts("web")), ("completed", 1));
}

const CHAIN: &str = "
runbook: chain
concurrency: 1
units:
  db: {run: [{command: db, timeout: 1m}]}
  app: {needs: [db], run: [{command: app, timeout: 1m}]}
  web: {needs: [app], run: [{command: web, timeout: 1m}]}
  last: {needs: [web], manual: {instruction: look}}
  other: {needs: [db], run: [{command: other, timeout: 1m}]}
";

#[test]
fn a_rerun_with_downstream_starts_all_of_it_again_and_only_that() {
    let mut script = Script::of(CHAIN);
    for unit in ["db", "app", "web", "other"] {
        script.succeed(unit);
    }
    assert_eq!(script.unit("last"), "awaiting_manual");
    script.ask("lee", request("rerun with downstream", "app")).unwrap();
    let states = ["db", "app", "web", "last", "other"].map(|unit| script.unit(unit));
    assert_eq!(states, ["ready", "running", "pending", "pending", "ready"]);
    assert_eq!(script.ask("lee", request("rerun with downstream", "db")), Err("downstream_at_work".to_owned()));
    script.succeed("app");
    script.succeed("web");
    let starts = ["db", "app", "web", "other"].map(|unit| script.starts(unit));
    assert_eq!((script.unit("last"), starts), ("awaiting_manual", [1, 2, 2, 1]));
}

#[test]
fn a_rerun_without_downstream_leaves_what_has_begun_and_calls_back_what_only_queues() {
    let mut script = Script::of(CHAIN);
    script.succeed("db");
    // One place: the more urgent `app` has it, `other` queues for it.
    assert_eq!((script.unit("app"), script.unit("other")), ("running", "queued"));
    script.ask("lee", request("rerun", "db")).unwrap();
    assert_eq!([script.unit("db"), script.unit("app"), script.unit("other")], ["queued", "running", "pending"]);
    script.fail("app");
    assert_eq!(script.unit("db"), "running");
    // What it needs is being run again, so it waits for that like every other unit.
    script.ask("lee", request("retry", "app")).unwrap();
    assert_eq!(script.unit("app"), "pending");
    script.succeed("db");
    assert_eq!((script.unit("app"), script.unit("other")), ("running", "queued"));
}

#[test]
fn what_an_abort_can_not_end_is_given_up_after_a_while() {
    let mut script = Script::of(FLAKY);
    script.ask("lee", request("abort", "")).unwrap();
    assert_eq!(script.ask("lee", request("abort", "")), Err("aborting_already".to_owned()));
    script.pass_seconds(119);
    assert_eq!(script.status(), "aborting");
    script.pass_seconds(1);
    assert_eq!((script.status(), script.unit("db")), ("aborted", "cancelled"));
}

#[test]
fn requests_need_reasons_and_known_units() {
    let mut script = Script::of(FLAKY);
    let silent = Request::Skip { unit: "web".parse().unwrap(), reason: " ".to_owned() };
    assert_eq!(script.ask("lee", silent), Err("reason_missing".to_owned()));
    let long = Request::Pause { reason: "가".repeat(4_001) };
    assert_eq!(script.ask("lee", long), Err("text_too_long".to_owned()));
    assert_eq!(script.ask("lee", request("skip", "nowhere")), Err("no_such_unit".to_owned()));
    assert_eq!(script.ask("choi", request("skip", "web")), Err("needs_operator".to_owned()));
    let tomorrow = script.now.plus(Millis::minutes(1_440));
    let mark = Request::SetMark { mark: MarkKind::Event, at: tomorrow, reason: "soon".to_owned() };
    assert_eq!(script.ask("lee", mark), Err("mark_in_future".to_owned()));
}
