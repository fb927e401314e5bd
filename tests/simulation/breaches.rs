//! Objectives that are not met: said once, from the right origin.

use engine::base::Millis;
use engine::plan::MarkKind;
use engine::run::{Event, Request};

use crate::script::{START, Script, request};

#[test]
fn a_breach_is_said_once_however_often_the_engine_dies() {
    let mut script = Script::of(
        "
runbook: late
objectives: {rto: 2m}
services: {shop: {rto: 90s, needs: [db]}}
units:
  db: {target: 1m, run: [{command: db, timeout: 1h}]}
",
    );
    let said = |script: &Script| {
        let target = script.count(|event| matches!(event, Event::TargetExceeded { .. }));
        let service = script.count(|event| matches!(event, Event::RtoExceeded { service: Some(_) }));
        (target, service, script.count(|event| matches!(event, Event::RtoExceeded { service: None })))
    };
    script.pass_seconds(60);
    assert_eq!(said(&script), (0, 0, 0), "equality is met");
    script.pass(Millis(1));
    assert_eq!(said(&script), (1, 0, 0));
    script.crash();
    script.pass_seconds(30);
    script.crash();
    script.pass_seconds(31);
    script.crash();
    assert_eq!(said(&script), (1, 1, 1));
    // Failing and trying again is the same round of the same unit.
    script.fail("db");
    script.ask("lee", request("retry", "db")).unwrap();
    script.pass(Millis::minutes(10));
    script.crash();
    assert_eq!(said(&script), (1, 1, 1));
    // A correction of the origin does not say it again.
    let mark =
        Request::SetMark { mark: MarkKind::Event, at: START.plus(Millis(1)), reason: "clock was off".to_owned() };
    script.ask("lee", mark).unwrap();
    script.pass(Millis::minutes(10));
    assert_eq!(said(&script), (1, 1, 1));
}

#[test]
fn an_objective_that_was_met_is_open_again_when_a_unit_of_it_runs_again() {
    let mut script = Script::of(
        "
runbook: again
objectives: {rto: 2m}
units:
  db: {run: [{command: db, timeout: 1h}]}
  look: {needs: [db], rto: exclude, manual: {instruction: look}}
",
    );
    let late = |script: &Script| script.count(|event| matches!(event, Event::RtoExceeded { .. }));
    script.pass_seconds(60);
    script.succeed("db");
    script.pass(Millis::minutes(2));
    assert_eq!(late(&script), 0);
    script.crash();
    script.ask("lee", request("rerun with downstream", "db")).unwrap();
    assert_eq!(late(&script), 1, "it will be later than its objective now");
}

#[test]
fn a_milestone_set_after_the_end_wakes_nobody() {
    let mut script = Script::of(
        "
runbook: over
objectives: {rto: 2m}
units:
  db: {run: [{command: db, timeout: 1h}]}
",
    );
    script.ask("lee", request("abort", "")).unwrap();
    script.die("db");
    assert_eq!(script.status(), "aborted");
    let mark = Request::SetMark { mark: MarkKind::Event, at: START, reason: "as the guard's book says".to_owned() };
    script.crash();
    script.ask("lee", mark).unwrap();
    assert_eq!(script.state.next_timer(), None);
    script.pass(Millis::minutes(10));
    assert_eq!(script.status(), "aborted");
}
