//! Units that others may use before they are ready.

use engine::base::Millis;
use engine::plan::UnitIx;
use engine::run::{Actual, Event, Forecast};

use crate::script::{START, Script, request};

/// A database that is open long before its indexes are built, and an application that only needs it open.
const OPEN_EARLY: &str = "
runbook: open-early
objectives: {rto: 30m, clock: declare}
units:
  db:
    target: 20m
    on_fail: hold
    run:
      - {command: open, timeout: 30m, usable: 5m}
      - {command: build indexes, timeout: 30m}
    rollback: [{command: close, timeout: 1m}]
  app: {needs: [db], target: 10m, run: [{command: start, timeout: 30m}], rollback: [{command: stop, timeout: 1m}]}
";

/// Open after four minutes, the application at work.
fn open() -> Script {
    let mut script = Script::of(OPEN_EARLY);
    script.pass(Millis::minutes(4));
    assert_eq!(script.unit("app"), "pending");
    script.succeed("db");
    assert_eq!((script.unit("db"), script.unit("app")), ("running", "running"));
    script
}

#[test]
fn what_needs_a_unit_begins_once_it_is_usable_and_both_instants_are_kept() {
    let mut script = open();
    let usable_at = script.now;
    script.pass(Millis::minutes(9));
    script.succeed("app");
    assert_eq!(script.status(), "running", "the whole waits for the rest of the database");
    script.pass(Millis::minutes(5));
    script.succeed("db");
    assert_eq!(script.status(), "completed");
    let db = script.state.unit(script.ix("db"));
    assert_eq!((db.usable_at, db.ready_at()), (Some(usable_at), Some(START.plus(Millis::minutes(18)))));
    let actual = Actual::of(script.plan, &script.state);
    let all = || script.plan.unit_ixs();
    assert_eq!(actual.path(script.plan, &script.state, all()), [UnitIx(0)], "the database was ready last");
    let to_app = std::iter::once(script.ix("app"));
    assert_eq!(actual.path(script.plan, &script.state, to_app), [UnitIx(0), UnitIx(1)]);
    let slack: Vec<_> = all().map(|unit| actual.slack(unit)).collect();
    assert_eq!(slack, [Some(Millis::ZERO), Some(Millis::minutes(5))]);
}

#[test]
fn plan_and_forecast_reckon_with_what_can_begin_early() {
    let script = open();
    let schedule = script.plan.schedule();
    assert_eq!(schedule.length(), Millis::minutes(20));
    assert_eq!(
        (schedule.span(UnitIx(1)).earliest_start, schedule.span(UnitIx(1)).slack()),
        (Millis::minutes(5), Millis::minutes(5))
    );
    let forecast = Forecast::of(script.plan, &script.state, script.now);
    let minutes = |unit| forecast.unit(script.ix(unit)).since(START).0 / 60_000;
    assert_eq!((minutes("db"), minutes("app")), (20, 14));
    let room = |unit| forecast.room(script.plan, &script.state, script.ix(unit)).map(|room| room / 60_000);
    assert_eq!((room("db"), room("app")), (Some(10), Some(16)));
}

#[test]
fn a_usable_unit_that_fails_takes_nothing_away_and_goes_on_where_it_failed() {
    let mut script = open();
    script.fail("db");
    assert_eq!((script.unit("db"), script.unit("app")), ("failed", "running"));
    script.succeed("app");
    assert_eq!(script.status(), "failed");
    script.ask("lee", request("retry", "db")).unwrap();
    assert!(script.state.unit(script.ix("db")).usable_at.is_some());
    script.succeed("db");
    assert_eq!((script.status(), script.starts("db"), script.starts("app")), ("completed", 3, 1));
}

#[test]
fn run_again_from_its_first_step_it_is_usable_no_more_until_it_is_again() {
    let mut script = open();
    script.succeed("app");
    script.fail("db");
    script.ask("lee", request("rerun with downstream", "db")).unwrap();
    assert_eq!((script.unit("db"), script.unit("app")), ("running", "pending"));
    assert_eq!(script.state.unit(script.ix("db")).usable_at, None);
    script.succeed("db");
    assert_eq!(script.unit("app"), "running");
    script.crash();
    script.succeed("app");
    script.succeed("db");
    assert_eq!(script.status(), "completed");
}

#[test]
fn what_only_queues_waits_again_when_the_unit_starts_from_its_beginning() {
    let mut script = Script::of(&OPEN_EARLY.replacen("objectives", "concurrency: 1\nobjectives", 1));
    script.succeed("db");
    assert_eq!((script.unit("db"), script.unit("app")), ("running", "queued"));
    script.fail("db");
    assert_eq!(script.unit("app"), "running", "there is a place for it now");
    script.fail("app");
    script.ask("lee", request("retry", "app")).unwrap();
    script.ask("lee", request("retry unit", "db")).unwrap();
    assert_eq!((script.unit("db"), script.unit("app")), ("queued", "running"), "what has begun stays as it is");
    let mut script = Script::of(&OPEN_EARLY.replacen("objectives", "concurrency: 1\nobjectives", 1));
    script.succeed("db");
    script.ask("lee", request("pause", "")).unwrap();
    script.fail("db");
    script.ask("lee", request("retry unit", "db")).unwrap();
    assert_eq!((script.unit("db"), script.unit("app")), ("queued", "pending"));
    script.ask("lee", request("resume", "")).unwrap();
    assert_eq!((script.unit("db"), script.unit("app")), ("running", "pending"));
}

#[test]
fn nothing_is_undone_under_what_began_on_it() {
    let mut script = open();
    script.fail("db");
    assert_eq!(script.ask("lee", request("roll back", "db")), Err("downstream_stands".to_owned()));
    script.ask("lee", request("roll back with downstream", "db")).unwrap();
    assert_eq!((script.unit("db"), script.state.unit(script.ix("db")).usable_at), ("awaiting_rollback", None));
    script.die("app");
    script.succeed("app");
    script.succeed("db");
    assert_eq!((script.unit("db"), script.unit("app")), ("rolled_back", "rolled_back"));
    let undone = |event: &Event| matches!(event, Event::RolledBack { .. });
    assert_eq!(script.count(undone), 2);
    script.ask("lee", request("retry", "db")).unwrap();
    script.succeed("db");
    assert_eq!(script.unit("app"), "rolled_back", "it waits for a person's decision");
}
