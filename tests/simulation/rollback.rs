//! Going back: in which order, how far, what stops it, and what people can do when the way back fails.

use engine::base::Millis;
use engine::plan::Plan;
use engine::run::{Account, Event, Input, ManualResult, Request, Scope};

use crate::script::{Script, request, rollback};
use crate::world::{succeeded, unknown};

/// Three tiers, each with a way back; each `undo` names what it undoes.
const TIERS: &str = "
runbook: tiers
stages:
  - stage: data
    units:
      db:
        run:
          - {command: mount, timeout: 1m, rollback: [{command: umount, timeout: 1m}]}
          - {command: start, timeout: 1m, rollback: [{command: stop, timeout: 1m}, {command: wait-for-stop, timeout: 1m}]}
        rollback: [{command: tidy, timeout: 1m}]
  - stage: application
    units:
      app: {run: [{command: app, timeout: 1m}], rollback: [{command: stop app, timeout: 1m}]}
      batch: {run: [{command: batch, timeout: 1m}], rollback: [{command: stop batch, timeout: 1m}]}
  - stage: front
    units:
      web: {target: 2m, run: [{command: web, timeout: 1m}], rollback: [{command: stop web, timeout: 1m, retry: {attempts: 2, every: 5s}}]}
";

fn all_up() -> Script {
    let mut script = Script::of(TIERS);
    script.succeed("db");
    script.succeed("db");
    script.succeed("app");
    script.succeed("batch");
    script
}

/// The titles of the steps back that were begun, in order.
fn walked(script: &Script) -> Vec<String> {
    let started = script.events.iter().filter_map(|(_, event)| match event {
        Event::Started { unit, step, .. } => {
            let unit = script.plan.unit(script.ix(unit.as_str()));
            (*step >= unit.turning_point())
                .then(|| unit.step(*step).unwrap().title.get(engine::base::Lang::En).to_owned())
        }
        _ => None,
    });
    started.collect()
}

/// Lets everything at work succeed until nothing is.
fn let_succeed(script: &mut Script) {
    loop {
        let Some((unit, attempt)) = script.state.flights().next().map(|(unit, flight)| (unit, flight.attempt)) else {
            break;
        };
        script.decide(Input::Outcome { unit, attempt, outcome: succeeded() });
    }
}

#[test]
fn a_run_goes_back_in_reverse_order_of_units_and_of_steps() {
    let mut script = all_up();
    script.fail("web");
    script.ask("lee", request("roll back all", "")).unwrap();
    assert_eq!(
        (script.unit("web"), script.unit("app"), script.unit("db")),
        ("rolling_back", "awaiting_rollback", "awaiting_rollback")
    );
    script.succeed("web");
    assert_eq!(
        (script.unit("app"), script.unit("batch"), script.unit("db")),
        ("rolling_back", "rolling_back", "awaiting_rollback")
    );
    let_succeed(&mut script);
    assert_eq!(walked(&script), ["stop web", "stop app", "stop batch", "stop", "wait-for-stop", "umount", "tidy"]);
    for unit in ["db", "app", "batch", "web"] {
        assert_eq!(script.unit(unit), "rolled_back");
    }
    assert_eq!(script.status(), "failed", "a person decides what follows");
    assert_eq!(script.ask("lee", request("roll back all", "")), Err("nothing_to_roll_back".to_owned()));
    // Once more from the start: what comes after it waits for it again.
    script.ask("lee", request("rerun with downstream", "db")).unwrap();
    assert_eq!((script.unit("db"), script.unit("web")), ("running", "pending"));
    let_succeed(&mut script);
    assert_eq!(script.status(), "completed");
}

#[test]
fn only_what_was_begun_is_undone() {
    let mut script = Script::of(TIERS);
    script.succeed("db");
    script.lose("db");
    assert_eq!(script.unit("db"), "unknown");
    script.ask("kim", request("roll back", "db")).unwrap();
    let_succeed(&mut script);
    assert_eq!(walked(&script), ["stop", "wait-for-stop", "umount", "tidy"], "the second one may have been done");
    let mut script = Script::of(TIERS);
    script.fail("db");
    script.ask("kim", request("roll back", "db")).unwrap();
    let_succeed(&mut script);
    assert_eq!(walked(&script), ["umount", "tidy"]);
}

#[test]
fn what_others_stand_on_goes_back_only_with_them() {
    let mut script = all_up();
    let_succeed(&mut script);
    assert_eq!(script.status(), "completed");
    let mut script = all_up();
    assert_eq!(script.ask("kim", request("roll back", "db")), Err("downstream_stands".to_owned()));
    let stage = Scope::Stage { stage: "application".parse().unwrap() };
    assert_eq!(script.ask("kim", rollback(stage.clone(), false)), Err("downstream_stands".to_owned()));
    script.ask("kim", rollback(stage, true)).unwrap();
    assert_eq!((script.unit("web"), script.unit("app")), ("running", "awaiting_rollback"), "it ends first");
    script.fail("web");
    let_succeed(&mut script);
    assert_eq!((script.unit("web"), script.unit("app"), script.unit("db")), ("rolled_back", "rolled_back", "ready"));
    assert_eq!(script.ask("kim", rollback(Scope::Run, true)), Err("needs_commander".to_owned()));
    let nowhere = Scope::Stage { stage: "nowhere".parse().unwrap() };
    assert_eq!(script.ask("kim", rollback(nowhere, true)), Err("no_such_stage".to_owned()));
}

#[test]
fn an_attempt_at_work_ends_before_its_unit_goes_back() {
    let mut script = all_up();
    script.ask("kim", request("roll back", "web")).unwrap();
    assert_eq!(script.unit("web"), "running");
    assert_eq!(script.ask("kim", request("roll back", "web")), Err("nothing_to_roll_back".to_owned()));
    script.crash();
    assert!(!script.starts_something());
    script.succeed("web");
    assert_eq!((script.unit("web"), walked(&script).len()), ("rolling_back", 1), "it succeeded and is undone");
}

#[test]
fn an_attempt_that_was_never_started_is_not_started_to_be_undone() {
    let mut script = all_up();
    script.ask("kim", request("roll back", "web")).unwrap();
    script.crash();
    let (unit, attempt) = (script.ix("web"), script.attempt("web"));
    script.decide(Input::NeverStarted { unit, attempt });
    assert_eq!(walked(&script), ["stop web"], "its way back is gone all the same: it was recorded as begun");
}

#[test]
fn a_way_back_that_fails_leaves_clear_choices() {
    let mut script = all_up();
    script.fail("web");
    script.ask("lee", request("roll back all", "")).unwrap();
    script.fail("web");
    assert_eq!(script.unit("web"), "retry_wait");
    script.pass_seconds(5);
    script.fail("web");
    assert_eq!((script.unit("web"), script.unit("app"), script.status()), ("failed", "awaiting_rollback", "failed"));
    for (verb, refused) in [("skip", "rolling_back"), ("rerun", "rolling_back"), ("roll back", "nothing_to_roll_back")]
    {
        assert_eq!(script.ask("lee", request(verb, "web")), Err(refused.to_owned()), "{verb}");
    }
    assert_eq!(script.ask("lee", request("attest", "app")), Err("rolling_back".to_owned()));
    script.ask("lee", request("retry", "web")).unwrap();
    script.lose("web");
    assert_eq!(script.unit("web"), "unknown");
    script.ask("lee", request("attest", "web")).unwrap();
    assert_eq!((script.unit("web"), script.unit("app")), ("rolled_back", "rolling_back"), "vouched for as undone");
}

#[test]
fn a_step_back_is_probed_before_it_is_repeated() {
    let mut script = Script::of(
        "
runbook: probed
units:
  db:
    run: [{command: start, timeout: 1m}]
    rollback: [{command: stop, timeout: 1m, already_done: {command: stopped}}]
",
    );
    script.fail("db");
    script.ask("kim", request("roll back", "db")).unwrap();
    script.lose("db");
    assert_eq!(script.purpose("db"), Some(engine::run::Purpose::Probe));
    script.succeed("db");
    assert_eq!(script.unit("db"), "rolled_back");
}

#[test]
fn a_unit_without_a_way_back_asks_a_person() {
    let mut script = Script::of("{runbook: bare, units: {db: {run: [{command: start, timeout: 1m}]}}}");
    script.fail("db");
    script.ask("kim", request("roll back", "db")).unwrap();
    assert_eq!((script.unit("db"), script.status()), ("awaiting_manual", "waiting"));
    let answer = |evidence: &str| Request::complete_manual("db".parse().unwrap(), ManualResult::Done, evidence);
    assert_eq!(script.ask("kim", answer("")), Err("evidence_missing".to_owned()));
    script.ask("kim", answer("unmounted by hand")).unwrap();
    assert_eq!(script.unit("db"), "rolled_back");
}

#[test]
fn a_unit_that_says_that_nothing_is_to_be_undone_asks_nobody() {
    let mut script = Script::of("{runbook: told, units: {tell: {run: [{command: tell, timeout: 1m}], rollback: []}}}");
    script.fail("tell");
    script.ask("kim", request("roll back", "tell")).unwrap();
    assert_eq!(script.unit("tell"), "rolled_back");
}

#[test]
fn checks_and_gates_leave_nothing_to_undo() {
    let mut script = Script::of(
        "
runbook: looks
units:
  look: {run: [{tcp: '127.0.0.1:1', timeout: 1m}]}
  go: {needs: [look], gate: {approvers: [approver]}}
  web: {needs: [go], run: [{command: web, timeout: 1m}], rollback: [{command: stop web, timeout: 1m}]}
",
    );
    script.succeed("look");
    script.approve("lee", "go").unwrap();
    script.fail("web");
    script.ask("lee", request("roll back all", "")).unwrap();
    let_succeed(&mut script);
    assert_eq!(
        (script.unit("look"), script.unit("go"), script.unit("web")),
        ("rolled_back", "rolled_back", "rolled_back")
    );
    script.ask("lee", request("rerun with downstream", "look")).unwrap();
    script.succeed("look");
    assert_eq!(script.unit("go"), "awaiting_gate", "what was approved before is asked again");
}

const PROMOTION: &str = "
runbook: promotion
units:
  fence: {run: [{command: fence, timeout: 1m}], rollback: [{command: unfence, timeout: 1m}]}
  promote: {needs: [fence], point_of_no_return: true, run: [{command: promote, timeout: 1m}], post: [{tcp: '127.0.0.1:1', timeout: 1m}]}
  app: {needs: [promote], run: [{command: app, timeout: 1m}], rollback: [{command: stop app, timeout: 1m}]}
  web: {needs: [app], run: [{command: web, timeout: 1m}], rollback: [{command: stop web, timeout: 1m}]}
";

#[test]
fn nothing_goes_back_across_a_point_of_no_return() {
    let mut script = Script::of(PROMOTION);
    script.succeed("fence");
    script.succeed("promote");
    // All its work is done, whatever its check will say.
    script.fail("promote");
    for unit in ["fence", "promote"] {
        let refused = script.ask("lee", request("roll back with downstream", unit));
        assert_eq!(refused, Err("point_of_no_return".to_owned()), "{unit}");
    }
    script.ask("lee", request("retry", "promote")).unwrap();
    script.succeed("promote");
    script.succeed("app");
    script.fail("web");
    script.ask("lee", request("roll back all", "")).unwrap();
    let_succeed(&mut script);
    let states = ["fence", "promote", "app", "web"].map(|unit| script.unit(unit));
    assert_eq!(states, ["ready", "ready", "rolled_back", "rolled_back"], "back to the last safe point, and no further");
    assert_eq!(script.ask("lee", request("roll back all", "")), Err("nothing_to_roll_back".to_owned()));
}

#[test]
fn a_point_of_no_return_that_may_have_been_passed_is_decided_first() {
    let mut script = Script::of(PROMOTION);
    script.succeed("fence");
    assert_eq!(script.ask("lee", request("roll back all", "")), Err("no_return_in_doubt".to_owned()), "at work");
    script.lose("promote");
    for wish in [request("roll back all", ""), request("roll back with downstream", "fence")] {
        assert_eq!(script.ask("lee", wish), Err("no_return_in_doubt".to_owned()));
    }
    // A person says that it was not passed.
    script.ask("lee", request("skip", "promote")).unwrap();
    script.fail("app");
    script.ask("lee", request("roll back all", "")).unwrap();
    script.succeed("app");
    assert_eq!(script.unit("promote"), "awaiting_manual", "it has no way back of its own");
    assert_eq!(script.unit("fence"), "awaiting_rollback");
}

#[test]
fn a_unit_that_fails_is_undone_where_its_runbook_says_so() {
    let yaml = "
runbook: by-itself
units:
  db: {on_fail: rollback, run: [{command: start, timeout: 1m}], rollback: [{command: stop, timeout: 1m}]}
  web: {needs: [db], run: [{command: web, timeout: 1m}]}
";
    let mut script = Script::of(yaml);
    script.fail("db");
    assert_eq!(script.unit("db"), "rolling_back");
    script.fail("db");
    assert_eq!(script.unit("db"), "failed", "a way back that fails is not gone again by itself");
    script.ask("kim", request("retry unit", "db")).unwrap();
    script.succeed("db");
    assert_eq!((script.unit("db"), script.status()), ("rolled_back", "failed"));
    // Run again while what came after it stands, it stays as it is.
    let mut script = Script::of(yaml);
    script.succeed("db");
    script.ask("kim", request("rerun", "db")).unwrap();
    script.fail("db");
    assert_eq!((script.unit("db"), script.unit("web")), ("failed", "running"));
}

#[test]
fn a_rejection_takes_the_run_back_where_its_gate_says_so() {
    let mut script = Script::of(
        "
runbook: rejected
units:
  db: {run: [{command: start, timeout: 1m}], rollback: [{command: stop, timeout: 1m}]}
  go: {needs: [db], gate: {approvers: [approver], on_reject: rollback}}
  web: {needs: [go], run: [{command: web, timeout: 1m}]}
",
    );
    script.succeed("db");
    script.reject("park", "go").unwrap();
    assert_eq!((script.unit("db"), script.unit("go"), script.unit("web")), ("rolling_back", "rolled_back", "pending"));
    script.succeed("db");
    assert_eq!((script.unit("db"), script.status()), ("rolled_back", "failed"));
}

#[test]
fn a_pause_holds_the_way_back_and_an_abort_ends_it() {
    let mut script = all_up();
    script.fail("web");
    script.ask("lee", request("pause", "")).unwrap();
    script.ask("lee", request("roll back all", "")).unwrap();
    assert_eq!((script.unit("web"), script.starts_something()), ("queued", false));
    script.pass_seconds(10);
    script.ask("lee", request("resume", "")).unwrap();
    assert_eq!(script.unit("web"), "rolling_back");
    script.ask("lee", request("abort", "")).unwrap();
    script.die("web");
    assert_eq!((script.unit("web"), script.unit("app"), script.status()), ("cancelled", "cancelled", "aborted"));
}

#[test]
fn time_on_the_way_back_is_booked_without_remainder_and_counts() {
    let mut script = all_up();
    script.pass_seconds(30);
    script.fail("web");
    script.pass_seconds(10);
    script.ask("lee", request("roll back", "web")).unwrap();
    script.pass_seconds(20);
    script.succeed("web");
    script.pass_seconds(40);
    script.ask("lee", request("retry", "web")).unwrap();
    script.pass_seconds(19);
    script.succeed("web");
    let ledger = &script.state.unit(script.ix("web")).ledger;
    let booked = |account| ledger.booked(account, script.now);
    assert_eq!((booked(Account::Exec), booked(Account::Rollback)), (Millis::seconds(49), Millis::seconds(20)));
    assert_eq!(booked(Account::Manual), Millis::seconds(50), "a person decided twice");
    assert_eq!(ledger.total(script.now), Millis::seconds(119), "undone and done again is one time");
    assert_eq!(script.state.ledger().booked(Account::Rollback, script.now), Millis::seconds(20));
    assert_eq!(script.status(), "completed");
}

/// A run that goes back from its end to its start.
fn there_and_back() -> Script {
    let mut script = all_up();
    script.fail("web");
    script.ask("lee", request("roll back all", "")).unwrap();
    let_succeed(&mut script);
    script
}

fn ends(script: &Script) -> Vec<&'static str> {
    script.plan.units().iter().map(|unit| script.unit(unit.id.as_str())).collect()
}

#[test]
fn cut_after_any_decision_on_the_way_back_it_comes_to_the_same_end() {
    let script = there_and_back();
    let plan: &'static Plan = script.plan;
    let asked = script.events.iter().position(|(_, event)| matches!(event, Event::RollbackAsked { .. })).unwrap();
    let cuts: Vec<usize> = script.boundaries.iter().copied().filter(|cut| *cut > asked).collect();
    assert!(cuts.len() > 6);
    for cut in cuts {
        let mut resumed = Script::resumed(plan, script.events[..cut].to_vec());
        let_succeed(&mut resumed);
        assert_eq!((ends(&resumed), walked(&resumed)), (ends(&script), walked(&script)), "cut before row {cut}");
        // With its keeper lost, nothing of the way back is repeated blindly.
        let mut lost = Script::resumed(plan, script.events[..cut].to_vec());
        let flights: Vec<_> = lost.state.flights().map(|(unit, flight)| (unit, flight.attempt)).collect();
        for (unit, attempt) in flights {
            lost.decide(Input::Outcome { unit, attempt, outcome: unknown() });
            assert_eq!(lost.state.unit(unit).state.keyword(), "unknown");
        }
    }
}

#[test]
fn a_question_that_was_never_asked_clears_nothing() {
    let mut script = Script::of(
        "{runbook: asked, units: {db: {run: [{command: start, timeout: 1m, already_done: {command: started}}]}}}",
    );
    script.lose("db");
    assert_eq!(script.purpose("db"), Some(engine::run::Purpose::Probe));
    script.now = script.now.plus(Millis::minutes(10));
    script.crash();
    let (unit, attempt) = (script.ix("db"), script.attempt("db"));
    script.decide(Input::NeverStarted { unit, attempt });
    assert_eq!(
        script.purpose("db"),
        Some(engine::run::Purpose::Probe),
        "it is asked again before anything is repeated"
    );
}
