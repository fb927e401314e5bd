//! Gates: what is asked, who may answer, and what never passes them.

use engine::base::Millis;
use engine::run::Event;

use crate::script::{GATE, Script, request};

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
