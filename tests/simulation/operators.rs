//! What operators do to a run, above all at the moments that went wrong in systems of this kind.

use engine::base::Millis;
use engine::plan::MarkKind;
use engine::run::{CauseKind, Effect, Event, Input, Purpose, Request};

use crate::script::{START, Script, request};
use crate::world::{failed, succeeded};

const GATE: &str = "
runbook: gated
units:
  db: {target: 1m, run: [{command: 'start db', timeout: 5m}]}
  go: {needs: [db], gate: {approvers: [approver], quorum: 2, distinct: true, exclude: [requester], timeout: 1m, escalate: [cio]}}
  web: {needs: [go], target: 1m, run: [{command: 'start web', timeout: 5m}]}
";

fn at_the_gate() -> Script {
    let mut script = Script::of(GATE);
    script.succeed("db");
    assert_eq!((script.unit("go"), script.status()), ("awaiting_gate", "waiting"));
    script
}

#[test]
fn a_run_is_aborted_while_it_waits_at_a_gate() {
    let mut script = at_the_gate();
    script.ask("lee", request("abort", "")).unwrap();
    assert_eq!((script.unit("go"), script.unit("web"), script.status()), ("cancelled", "cancelled", "aborted"));
    let ended = script.events.len();
    script.pass(Millis::minutes(5));
    assert_eq!(script.events.len(), ended, "the gate's time-out strikes no more");
}

#[test]
fn an_approval_in_the_millisecond_of_the_time_out_counts_once() {
    let mut script = at_the_gate();
    script.approve("lee", "go").unwrap();
    script.now = script.now.plus(Millis::minutes(1));
    script.approve("park", "go").unwrap();
    assert_eq!(script.unit("go"), "ready");
    assert_eq!(script.count(|event| matches!(event, Event::GateOverdue { .. })), 1);
    assert_eq!(script.count(|event| matches!(event, Event::GateDecided { approved: true, .. })), 1);
    script.pass(Millis::minutes(5));
    assert_eq!(script.count(|event| matches!(event, Event::GateOverdue { .. })), 1);
}

#[test]
fn an_overdue_gate_stays_open_and_lets_the_escalation_role_vote() {
    let mut script = at_the_gate();
    assert_eq!(script.approve("han", "go"), Err("not_an_approver".to_owned()));
    // Even when nothing woke the engine at the deadline, the vote is judged as of now.
    script.now = script.now.plus(Millis::minutes(1));
    script.approve("han", "go").unwrap();
    script.pass(Millis::minutes(600));
    assert_eq!(script.unit("go"), "awaiting_gate", "no time-out approves");
    script.approve("lee", "go").unwrap();
    assert_eq!(script.unit("go"), "ready");
}

#[test]
fn of_two_approvers_at_once_the_second_finds_the_gate_decided() {
    let mut script = at_the_gate();
    let (one, two, three) = (script.ballot("go", true), script.ballot("go", true), script.ballot("go", false));
    script.ask("lee", one).unwrap();
    script.ask("park", two).unwrap();
    assert_eq!(script.ask("choi", three), Err("gate_not_open".to_owned()));
    assert_eq!(script.starts("web"), 1);
}

#[test]
fn a_vote_after_an_abort_is_refused_and_changes_nothing() {
    let mut script = at_the_gate();
    script.approve("lee", "go").unwrap();
    let ballot = script.ballot("go", true);
    script.ask("lee", request("abort", "")).unwrap();
    let ended = script.events.len();
    assert_eq!(script.ask("park", ballot), Err("run_is_over".to_owned()));
    assert_eq!(script.events.len(), ended);
    let mut script = Script::of(GATE);
    script.ask("lee", request("abort", "")).unwrap();
    assert_eq!(script.status(), "aborting");
    let ballot = script.ballot("go", true);
    assert_eq!(script.ask("park", ballot), Err("run_is_aborting".to_owned()));
}

#[test]
fn a_gate_opened_again_asks_anew_and_may_be_answered_otherwise() {
    let mut script = at_the_gate();
    let old = script.ballot("go", true);
    script.reject("lee", "go").unwrap();
    assert_eq!((script.unit("go"), script.unit("web"), script.status()), ("failed", "pending", "failed"));
    script.ask("lee", request("retry", "go")).unwrap();
    assert_eq!(script.unit("go"), "awaiting_gate");
    assert_eq!(script.ask("park", old), Err("vote_lapsed".to_owned()), "what was asked before is not asked now");
    script.approve("lee", "go").unwrap();
    script.approve("park", "go").unwrap();
    assert_eq!((script.unit("go"), script.starts("web")), ("ready", 1));
}

#[test]
fn the_deadline_of_a_gate_that_was_rewound_does_not_strike_at_its_next_opening() {
    let mut script = at_the_gate();
    script.pass_seconds(50);
    script.ask("lee", request("rerun with downstream", "db")).unwrap();
    script.pass_seconds(5);
    script.succeed("db");
    assert_eq!(script.unit("go"), "awaiting_gate");
    script.pass_seconds(59);
    assert_eq!(script.count(|event| matches!(event, Event::GateOverdue { .. })), 0);
    script.pass_seconds(1);
    assert_eq!(script.count(|event| matches!(event, Event::GateOverdue { .. })), 1);
}

#[test]
fn nothing_passes_a_gate_but_votes() {
    let mut script = Script::of(GATE);
    for verb in ["skip", "attest"] {
        assert_eq!(
            script.ask("lee", request(verb, "go")),
            Err("gate_not_bypassed".to_owned()),
            "{verb} before its turn"
        );
    }
    script.succeed("db");
    for verb in ["skip", "attest"] {
        assert_eq!(
            script.ask("root", request(verb, "go")),
            Err("gate_not_bypassed".to_owned()),
            "{verb} while it asks"
        );
    }
    script.reject("lee", "go").unwrap();
    for verb in ["skip", "attest"] {
        assert_eq!(script.ask("lee", request(verb, "go")), Err("gate_not_bypassed".to_owned()), "{verb} once rejected");
    }
    assert_eq!(script.ask("lee", request("stop", "go")), Err("not_at_work".to_owned()));
}

#[test]
fn a_setting_does_not_pass_over_a_gate() {
    let mut script = Script::of(
        "
runbook: gated
units:
  rejected: {on_fail: skip, gate: {approvers: [approver]}}
  before:
    on_fail: skip
    pre: [{tcp: '127.0.0.1:1', timeout: 5s}]
    gate: {approvers: [approver]}
  after: {on_fail: skip, run: [{gate: {approvers: [approver]}}, {command: 'false', timeout: 5s}]}
  last: {needs: [rejected, before], run: [{command: 'true', timeout: 5s}]}
",
    );
    script.reject("lee", "rejected").unwrap();
    script.fail("before");
    script.approve("lee", "after").unwrap();
    script.fail("after");
    assert_eq!([script.unit("rejected"), script.unit("before")], ["failed", "failed"]);
    assert_eq!(script.unit("after"), "skipped", "its gate was approved before it failed");
    assert_eq!(script.unit("last"), "pending");
}

const FLAKY: &str = "
runbook: flaky
units:
  db: {target: 1m, run: [{command: 'start db', timeout: 1m, idempotent: true, retry: {attempts: 3, every: 10s}}]}
  web: {needs: [db], run: [{command: 'start web', timeout: 1m}]}
";

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

const PROBED: &str = "
runbook: probed
units:
  promote:
    run: [{command: promote, timeout: 1m, already_done: {tcp: '127.0.0.1:1'}}]
  web: {needs: [promote], run: [{command: web, timeout: 1m}]}
";

#[test]
fn after_an_unknown_end_the_probe_says_done_and_nothing_is_repeated() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    assert_eq!(script.purpose("promote"), Some(Purpose::Probe));
    script.succeed("promote");
    assert_eq!((script.unit("promote"), script.starts("promote"), script.starts("web")), ("ready", 1, 1));
}

#[test]
fn after_an_unknown_end_the_probe_says_not_done_and_the_step_is_attempted_again() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    script.end("promote", failed(CauseKind::Check));
    assert_eq!((script.purpose("promote"), script.starts("promote")), (Some(Purpose::Act), 2));
    script.succeed("promote");
    assert_eq!(script.unit("promote"), "ready");
}

#[test]
fn after_an_unknown_end_the_probe_can_not_tell_and_a_person_is_asked() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    script.lose("promote");
    assert_eq!((script.unit("promote"), script.status()), ("unknown", "failed"));
    assert_eq!(script.starts("promote"), 1);
    // The person wants another try: the probe is asked first all the same.
    script.ask("lee", request("retry", "promote")).unwrap();
    assert_eq!(script.purpose("promote"), Some(Purpose::Probe));
    script.lose("promote");
    script.ask("lee", request("attest", "promote")).unwrap();
    assert_eq!(script.starts("web"), 1);
}

#[test]
fn lost_sight_of_again_and_again_and_never_done_it_fails_in_the_end() {
    let mut script = Script::of(PROBED);
    for _ in 0..20 {
        if script.unit("promote") == "failed" {
            break;
        }
        match script.purpose("promote") {
            Some(Purpose::Act) => script.lose("promote"),
            _ => script.end("promote", failed(CauseKind::Check)),
        }
    }
    assert_eq!((script.unit("promote"), script.starts("promote")), ("failed", 6));
}

#[test]
fn a_probe_that_is_ended_has_not_said_not_done() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    script.pass(Millis::minutes(1));
    assert_eq!(script.count(|event| matches!(event, Event::TimedOut { .. })), 1);
    script.die("promote");
    assert_eq!((script.unit("promote"), script.starts("promote")), ("unknown", 1));
    script.ask("lee", request("retry", "promote")).unwrap();
    script.ask("lee", request("stop", "promote")).unwrap();
    script.die("promote");
    assert_eq!((script.unit("promote"), script.starts("promote")), ("failed", 1));
}

#[test]
fn a_probe_that_died_with_its_engine_is_asked_again() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    let asked = script.attempt("promote");
    script.crash();
    script.lose("promote");
    assert_eq!(script.purpose("promote"), Some(Purpose::Probe));
    assert!(script.attempt("promote") > asked);
}

#[test]
fn an_unknown_end_without_a_probe_is_a_question_to_a_person() {
    let mut script = Script::of(
        "
runbook: blind
units:
  fence: {run: [{command: fence, timeout: 1m}]}
  copy: {run: [{command: copy, timeout: 1m, idempotent: true}]}
",
    );
    script.lose("fence");
    assert_eq!((script.unit("fence"), script.starts("fence")), ("unknown", 1));
    script.lose("copy");
    assert_eq!((script.unit("copy"), script.starts("copy")), ("running", 2), "doing it twice does no harm");
}

#[test]
fn an_attempt_that_was_never_started_is_started_as_the_same_attempt() {
    let mut script = Script::of(FLAKY);
    let attempt = script.attempt("db");
    script.crash();
    let unit = script.ix("db");
    let recorded = script.events.len();
    script.decide(Input::NeverStarted { unit, attempt });
    assert!(matches!(script.effects[..], [Effect::Start { attempt: of, .. }] if of == attempt));
    assert_eq!(script.events.len(), recorded);
}

#[test]
fn an_attempt_that_was_never_started_stays_so_once_nobody_wants_it() {
    let (abort, stop) = (request("abort", ""), request("stop", "db"));
    for (wish, state) in [(abort, "cancelled"), (stop, "failed")] {
        let mut script = Script::of(FLAKY);
        let attempt = script.attempt("db");
        script.crash();
        script.ask("lee", wish).unwrap();
        let unit = script.ix("db");
        script.decide(Input::NeverStarted { unit, attempt });
        assert!(!script.starts_something());
        assert_eq!(script.unit("db"), state);
    }
}

#[test]
fn an_attempt_whose_time_ran_out_before_it_was_started_is_made_anew() {
    let mut script = Script::of(FLAKY);
    let attempt = script.attempt("db");
    script.now = script.now.plus(Millis::minutes(10));
    script.crash();
    let unit = script.ix("db");
    script.decide(Input::NeverStarted { unit, attempt });
    assert!(script.attempt("db") > attempt);
    assert!(script.starts_something());
    script.pass_seconds(59);
    assert_eq!(script.unit("db"), "running", "with all its time before it");
}

#[test]
fn an_end_in_the_millisecond_of_its_time_out_came_in_time() {
    let mut script = Script::of(FLAKY);
    script.now = script.now.plus(Millis::minutes(1));
    script.succeed("db");
    assert_eq!(script.unit("db"), "ready");
    assert_eq!(script.count(|event| matches!(event, Event::TimedOut { .. })), 0);
}

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
