//! Times and verdicts reckoned by hand.

use engine::base::{Millis, Timestamp};
use engine::run::{Account, Actual, Event, Recovery, Verdict, overall_verdict, plan_recovery, service_recovery};

use crate::script::{START, Script, request};

/// Five, twenty, five and ten minutes on one path: forty. The gate has no time of its own.
const FORTY: &str = "
runbook: forty-minutes
objectives: {rto: 40m, clock: declare}
services:
  auth: {rto: 15m, needs: [app], exception: {rto: 40m, approved_by: CIO, reason: rehearsed, expires: 2027-06-30}}
  ticket: {rto: 40m, needs: [web]}
units:
  assess: {target: 5m, run: [{command: assess, timeout: 1h}]}
  db-restore:
    needs: [assess]
    target: 20m
    run: [{command: restore, timeout: 1h, idempotent: true, retry: {attempts: 2, every: 1m}}]
  app: {needs: [db-restore], target: 5m, run: [{command: app, timeout: 1h}]}
  g-dns: {needs: [app], gate: {approvers: [approver], timeout: 5m}}
  web: {needs: [g-dns], target: 10m, run: [{command: web, timeout: 1h}]}
  report: {needs: [web], rto: exclude, run: [{command: report, timeout: 1h}]}
";

fn minutes(minutes: u64) -> Millis {
    Millis::minutes(minutes)
}

fn whole(script: &Script) -> Recovery {
    plan_recovery(script.plan, &script.state)
}

fn service(script: &Script, at: usize) -> Recovery {
    service_recovery(script.plan, &script.state, &script.plan.body().services[at])
}

fn booked(script: &Script, unit: &str) -> Vec<(Account, Millis)> {
    let ledger = &script.state.unit(script.ix(unit)).ledger;
    let all = Account::ALL.into_iter().map(|account| (account, ledger.booked(account, script.now)));
    all.filter(|(_, time)| *time > Millis::ZERO).collect()
}

/// On schedule but for the gate, which waits `gate`, and the database, which is retried if `retried`.
fn played(retried: bool, gate: Millis, last: Millis) -> Script {
    let mut script = Script::of(FORTY);
    script.pass(minutes(5));
    script.succeed("assess");
    if retried {
        script.pass(minutes(1));
        script.fail("db-restore");
        script.pass(minutes(1));
    }
    script.pass(minutes(20));
    script.succeed("db-restore");
    script.pass(minutes(5));
    script.succeed("app");
    script.pass(gate);
    script.approve("lee", "g-dns").unwrap();
    script.pass(last);
    script.succeed("web");
    script
}

#[test]
fn on_schedule_it_takes_forty_minutes_and_that_is_met() {
    let script = played(false, Millis::ZERO, minutes(10));
    let recovery = whole(&script);
    assert_eq!((recovery.rta, recovery.verdict), (Some(minutes(40)), Some(Verdict::Met)));
    assert_eq!((recovery.variance(), recovery.utilisation()), (Some(0), Some(1_000)));
    assert_eq!(overall_verdict(script.plan, &script.state), Some(Verdict::Met));
    assert_eq!(script.count(|event| matches!(event, Event::RtoExceeded { .. })), 0);
}

#[test]
fn one_millisecond_more_is_exceeded() {
    let script = played(false, Millis::ZERO, Millis(minutes(10).0 + 1));
    assert_eq!(whole(&script).verdict, Some(Verdict::Exceeded));
    assert_eq!(whole(&script).utilisation(), Some(1_001), "an excess never reads as 100 %");
}

#[test]
fn a_gate_of_six_minutes_and_a_retry_of_two_make_it_forty_eight() {
    let mut script = played(true, minutes(6), minutes(10));
    let recovery = whole(&script);
    assert_eq!(recovery.rta.map(Millis::clock), Some("48:00".to_owned()));
    assert_eq!(recovery.verdict, Some(Verdict::Exceeded));
    assert_eq!((recovery.variance(), recovery.utilisation()), (Some(480_000), Some(1_200)));
    // Authentication was back after 32 minutes: within the objective that was accepted for this scenario.
    assert_eq!((service(&script, 0).rta, service(&script, 0).verdict), (Some(minutes(32)), Some(Verdict::Met)));
    assert_eq!((service(&script, 1).rta, service(&script, 1).verdict), (Some(minutes(48)), Some(Verdict::Exceeded)));
    assert_eq!(overall_verdict(script.plan, &script.state), Some(Verdict::Exceeded));

    assert_eq!(booked(&script, "db-restore"), [(Account::Exec, minutes(21)), (Account::RetryWait, minutes(1))]);
    assert_eq!(booked(&script, "g-dns"), [(Account::Gate, minutes(6))]);
    assert!(script.state.unit(script.ix("db-restore")).exceeded);
    let over_target = script.count(|event| matches!(event, Event::TargetExceeded { .. }));
    assert_eq!((over_target, script.count(|event| matches!(event, Event::GateOverdue { .. }))), (1, 1));
    // The run and one service, once each.
    assert_eq!(script.count(|event| matches!(event, Event::RtoExceeded { .. })), 2);

    let actual = Actual::of(script.plan, &script.state);
    let path = actual.path(
        script.plan,
        &script.state,
        script.plan.unit_ixs().filter(|unit| !script.plan.unit(*unit).rto_exclude),
    );
    let names: Vec<&str> = path.iter().map(|unit| script.plan.unit(*unit).id.as_str()).collect();
    assert_eq!(names, ["assess", "db-restore", "app", "g-dns", "web"]);
    let decision = Actual::decision_time(&script.state, &path, script.now);
    assert_eq!((decision, recovery.rta.unwrap().saturating_sub(decision)), (minutes(6), minutes(42)));

    // Housekeeping goes on, the recovery time does not.
    script.pass(minutes(30));
    script.succeed("report");
    assert_eq!((script.status(), whole(&script).rta), ("completed", Some(minutes(48))));
    let ledger = script.state.ledger();
    assert_eq!(ledger.total(script.now), minutes(78));
    assert_eq!(
        [Account::Exec, Account::RetryWait, Account::Gate].map(|account| ledger.booked(account, script.now)),
        [minutes(71), minutes(1), minutes(6)]
    );
}

#[test]
fn crashes_and_pauses_stop_no_clock() {
    let mut script = Script::of(FORTY);
    script.pass(minutes(2));
    script.now = script.now.plus(minutes(3));
    script.crash();
    script.succeed("assess");
    script.ask("lee", request("pause", "")).unwrap();
    script.pass(minutes(20));
    script.succeed("db-restore");
    script.pass(minutes(4));
    script.crash();
    script.ask("lee", request("resume", "")).unwrap();
    script.pass(minutes(5));
    script.succeed("app");
    script.approve("lee", "g-dns").unwrap();
    script.pass(minutes(10));
    script.succeed("web");
    assert_eq!(whole(&script).rta, Some(minutes(44)));
    assert_eq!(booked(&script, "app"), [(Account::Exec, minutes(5)), (Account::Pause, minutes(4))]);
    assert_eq!(script.state.ledger().booked(Account::Pause, script.now), minutes(24));
    assert_eq!(script.state.ledger().total(script.now), script.now.since(START));
}

#[test]
fn an_exercise_that_is_held_counts_for_no_clock_and_says_for_how_long() {
    let mut script = Script::of(FORTY);
    script.pass(minutes(5));
    script.succeed("assess");
    script.pass(minutes(3));
    script.ask("lee", request("hold the exercise", "")).unwrap();
    assert_eq!(script.ask("lee", request("hold the exercise", "")).unwrap_err(), "held_already");
    // An hour beyond every target and objective; the engine dies in it, and what was at work comes to its end.
    script.pass(minutes(30));
    script.crash();
    script.pass(minutes(30));
    script.succeed("db-restore");
    assert_eq!(script.count(|event| matches!(event, Event::TargetExceeded { .. } | Event::RtoExceeded { .. })), 0);
    script.pass(minutes(10));
    script.ask("lee", request("resume", "")).unwrap();
    assert_eq!(booked(&script, "db-restore"), [(Account::Exec, minutes(3)), (Account::Excluded, minutes(60))]);
    script.pass(minutes(5));
    script.succeed("app");
    script.approve("lee", "g-dns").unwrap();
    script.pass(minutes(27));
    assert_eq!(script.count(|event| matches!(event, Event::RtoExceeded { .. })), 0, "forty minutes are not over");
    script.pass(Millis(1));
    assert_eq!(script.count(|event| matches!(event, Event::RtoExceeded { .. })), 2, "run and ticket");
    script.succeed("web");
    let recovery = whole(&script);
    assert_eq!((recovery.rta, recovery.excluded), (Some(Millis(minutes(40).0 + 1)), minutes(70)));
    assert_eq!(recovery.verdict, Some(Verdict::Exceeded));
    assert_eq!(script.state.ledger().booked(Account::Excluded, script.now), minutes(70));
    assert_eq!(script.state.ledger().total(script.now), script.now.since(START));
}

#[test]
fn the_origin_is_the_declaration_until_it_is_corrected() {
    let mut script = played(false, Millis::ZERO, minutes(10));
    let earlier = Timestamp(START.0 - 1);
    let mark = |mark, at| engine::run::Request::SetMark { mark, at, reason: "from the guard's book".to_owned() };
    script.ask("lee", mark(engine::plan::MarkKind::Event, earlier)).unwrap();
    assert_eq!(whole(&script).verdict, Some(Verdict::Met), "another origin than the plan's");
    assert!(whole(&script).diverges());
    script.ask("lee", mark(engine::plan::MarkKind::Declare, earlier)).unwrap();
    assert_eq!(
        (whole(&script).rta, whole(&script).verdict),
        (Some(Millis(minutes(40).0 + 1)), Some(Verdict::Exceeded))
    );
}

#[test]
fn skipped_attested_and_missing_units_have_their_verdicts() {
    let mut script = Script::of(FORTY);
    script.ask("lee", request("stop", "assess")).unwrap();
    script.die("assess");
    script.ask("lee", request("skip", "assess")).unwrap();
    script.succeed("db-restore");
    script.succeed("app");
    assert_eq!(service(&script, 0).verdict, Some(Verdict::Met), "it does not need what was skipped");
    assert_eq!(whole(&script).verdict, None, "still open");
    script.approve("lee", "g-dns").unwrap();
    script.ask("lee", request("stop", "web")).unwrap();
    script.die("web");
    script.pass(minutes(1));
    script.ask("lee", request("attest", "web")).unwrap();
    assert_eq!(service(&script, 1).rta, Some(minutes(1)), "ready by a person's word");
    assert_eq!(whole(&script).verdict, Some(Verdict::NotMeasured), "a unit was skipped");
    assert_eq!(overall_verdict(script.plan, &script.state), Some(Verdict::NotMeasured));

    let mut script = Script::of(FORTY);
    script.ask("lee", request("abort", "")).unwrap();
    script.die("assess");
    assert_eq!(whole(&script).verdict, Some(Verdict::NotRecovered));
    assert_eq!(overall_verdict(script.plan, &script.state), Some(Verdict::NotRecovered));
}
