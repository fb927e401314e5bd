//! Gates: what is asked, who may answer, and what never passes them.

use engine::base::{Digest, Millis};
use engine::plan::MarkKind;
use engine::run::{Ballot, Call, Delegation, Event, Hand, Header, Request, State, declare};

use crate::drive::header;
use crate::script::{GATE, START, Script, compiled, request};

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
fn what_comes_after_a_gate_is_not_passed_over_before_it_is_approved() {
    // Whatever is passed over before its turn lets those begin that need nothing else: `web` needs `start` alone.
    let mut script = Script::of(
        "
runbook: behind
stages:
  - {stage: one, units: {db: {run: [{command: 'start db', timeout: 5m}]}, go: {needs: [db], gate: {approvers: [approver]}}}}
  - {stage: two, units: {start: {run: [{command: 'start', timeout: 5m}]}, web: {needs: [start], run: [{command: 'start web', timeout: 5m}]}}}
",
    );
    let tries = [("skip", "start"), ("attest", "start"), ("skip", "web"), ("attest", "web")];
    for moment in ["before its turn", "while it asks", "once it is rejected"] {
        for (verb, unit) in tries {
            let refused = Err("gate_not_bypassed".to_owned());
            assert_eq!(script.ask("root", request(verb, unit)), refused, "{verb} {unit} {moment}");
        }
        match moment {
            "before its turn" => script.succeed("db"),
            "while it asks" => script.reject("lee", "go").unwrap(),
            _ => {}
        }
    }
    script.ask("root", request("retry", "go")).unwrap();
    script.approve("lee", "go").unwrap();
    script.fail("start");
    script.ask("root", request("skip", "start")).unwrap();
    assert_eq!(script.unit("web"), "running", "behind an approved gate it is a matter of operating again");
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

/// A gate with reminder, two levels of escalation, and a word about its time-out and a rejection.
fn ladder(on_timeout: &str, on_reject: &str) -> Script {
    let mut script = Script::of(&format!(
        "
runbook: ladder
units:
  db: {{run: [{{command: 'start db', timeout: 5m}}], rollback: [{{command: 'stop db', timeout: 5m}}]}}
  go:
    needs: [db]
    gate:
      approvers: [approver]
      timeout: 8m
      escalate: [{{after: 5m, roles: [business]}}, {{after: 75%, roles: [cio]}}]
      on_timeout: {on_timeout}
      on_reject: {on_reject}
  web: {{needs: [go], run: [{{command: 'start web', timeout: 5m}}]}}
"
    ));
    script.succeed("db");
    script
}

fn said(script: &Script) -> [usize; 4] {
    [
        script.count(|event| matches!(event, Event::GateReminded { .. })),
        script.count(|event| matches!(event, Event::GateEscalated { .. })),
        script.count(|event| matches!(event, Event::GateOverdue { .. })),
        script.count(|event| matches!(event, Event::GateDecided { .. })),
    ]
}

#[test]
fn reminder_levels_and_time_out_come_in_order_and_once_however_often_the_engine_dies() {
    let mut script = ladder("wait", "fail");
    let steps = [(4, [1, 0, 0, 0]), (5, [1, 1, 0, 0]), (6, [1, 2, 0, 0]), (8, [1, 2, 1, 0]), (600, [1, 2, 1, 0])];
    for (minute, wanted) in steps {
        let opened = script.state.unit(script.ix("go")).gate.as_ref().unwrap().opened_at;
        script.pass(Millis(opened.plus(Millis::minutes(minute)).since(script.now).0 - 1));
        let before = said(&script);
        script.crash();
        script.pass(Millis(1));
        script.crash();
        assert_eq!(said(&script), wanted, "after {minute} minutes, before that {before:?}");
    }
    assert_eq!(script.unit("go"), "awaiting_gate");
}

#[test]
fn a_level_lets_its_roles_vote_and_no_others() {
    let mut script = ladder("wait", "fail");
    assert_eq!(script.approve("han", "go"), Err("not_an_approver".to_owned()));
    script.pass(Millis::minutes(5));
    assert_eq!(script.approve("han", "go"), Err("not_an_approver".to_owned()), "the second level has not begun");
    script.pass(Millis::minutes(1));
    script.approve("han", "go").unwrap();
    assert_eq!(script.unit("go"), "ready");
}

#[test]
fn time_fails_or_rejects_where_the_gate_says_so_and_the_vote_of_that_very_millisecond_comes_too_late() {
    for (on_timeout, on_reject, go, status) in [
        ("fail", "abort", "failed", "failed"),
        ("reject", "fail", "failed", "failed"),
        ("reject", "abort", "failed", "aborted"),
        ("reject", "rollback", "rolled_back", "running"),
    ] {
        let mut script = ladder(on_timeout, on_reject);
        script.now = script.now.plus(Millis::minutes(8));
        let ballot = script.ballot("go", true);
        let late = script.ask("lee", ballot).unwrap_err();
        assert!(
            ["gate_not_open", "run_is_over", "run_is_aborting"].contains(&late.as_str()),
            "{on_timeout}, {on_reject}: {late}"
        );
        let by_time =
            script.count(|event| matches!(event, Event::GateDecided { approved: false, in_default: true, .. }));
        assert_eq!((by_time, said(&script)), (1, [1, 2, 1, 1]), "{on_timeout}, {on_reject}");
        assert_eq!((script.unit("go"), script.starts("web")), (go, 0), "{on_timeout}, {on_reject}");
        assert_eq!(script.status(), status, "{on_timeout}, {on_reject}");
        script.crash();
    }
}

#[test]
fn a_vote_one_millisecond_before_the_time_out_is_in_time() {
    let mut script = ladder("fail", "fail");
    script.now = script.now.plus(Millis(Millis::minutes(8).0 - 1));
    script.approve("lee", "go").unwrap();
    script.pass(Millis::minutes(1));
    assert_eq!((script.unit("go"), said(&script)[2]), ("ready", 0));
}

/// Two ways behind a gate: `move` and what follows it after an approval, `stay` and what follows that after a rejection;
/// then they meet again.
const FORK: &str = "
runbook: fork
units:
  go: {gate: {approvers: [approver], on_reject: {branch: stay}}}
  move: {needs: [go], run: [{command: move, timeout: 5m}]}
  moved: {needs: [move], run: [{command: moved, timeout: 5m}]}
  stay: {needs: [go], run: [{command: stay, timeout: 5m}]}
  tell: {needs: [stay], run: [{command: tell, timeout: 5m}]}
  report: {needs: [moved, tell], run: [{command: report, timeout: 5m}]}
";

#[test]
fn a_rejection_leads_to_its_branch_and_leaves_out_what_was_for_an_approval() {
    let mut script = Script::of(FORK);
    script.reject("lee", "go").unwrap();
    let states = ["go", "move", "moved", "stay", "tell"].map(|unit| script.unit(unit));
    assert_eq!(states, ["skipped", "not_selected", "not_selected", "running", "pending"]);
    script.succeed("stay");
    script.succeed("tell");
    script.succeed("report");
    assert_eq!((script.status(), script.starts("move")), ("completed", 0));
}

#[test]
fn an_approval_leaves_out_the_branch_for_a_rejection() {
    let mut script = Script::of(FORK);
    script.approve("lee", "go").unwrap();
    let states = ["go", "move", "stay"].map(|unit| script.unit(unit));
    assert_eq!(states, ["ready", "running", "not_selected"]);
    assert_eq!(script.unit("tell"), "not_selected", "what comes after the branch alone is for a rejection, too");
    script.succeed("move");
    script.succeed("moved");
    script.succeed("report");
    assert_eq!(script.status(), "completed");
}

#[test]
fn a_gate_that_is_run_again_may_be_answered_otherwise_and_the_other_way_is_taken() {
    let mut script = Script::of(FORK);
    script.reject("lee", "go").unwrap();
    let old = script.ballot("go", true);
    script.succeed("stay");
    script.fail("tell");
    script.ask("lee", request("rerun with downstream", "go")).unwrap();
    assert_eq!(script.unit("go"), "awaiting_gate");
    assert_eq!(script.ask("park", old), Err("vote_lapsed".to_owned()));
    script.approve("park", "go").unwrap();
    let states = ["go", "move", "stay"].map(|unit| script.unit(unit));
    assert_eq!(states, ["ready", "running", "not_selected"]);
}

#[test]
fn an_answer_before_the_branch_is_settled_is_refused() {
    let mut script = at_the_gate();
    let ballot = script.ballot("go", true);
    script.ask("lee", request("rerun with downstream", "db")).unwrap();
    // What it waits for runs again: the gate does not ask until that is settled.
    assert_eq!(script.unit("go"), "pending");
    assert_eq!(script.ask("lee", ballot.clone()), Err("gate_not_open".to_owned()));
    script.succeed("db");
    assert_eq!(script.ask("lee", ballot), Err("vote_lapsed".to_owned()));
    script.approve("lee", "go").unwrap();
}

#[test]
fn a_second_vote_of_one_person_is_refused_through_every_hand() {
    let mut script = at_the_gate();
    script.approve("lee", "go").unwrap();
    assert_eq!(script.approve("lee", "go"), Err("already_voted".to_owned()));
    assert_eq!(script.reject("lee", "go"), Err("already_voted".to_owned()));
    let Request::Vote { unit, ballot } = script.ballot("go", true) else { panic!("a ballot") };
    let delegation = Delegation {
        from: "lee".parse().unwrap(),
        roles: vec!["approver".parse().unwrap()],
        since: START,
        until: START.plus(Millis::minutes(60)),
        reason: "on leave".to_owned(),
    };
    let call = Call {
        approver: "lee".parse().unwrap(),
        roles: vec!["approver".parse().unwrap()],
        witness: "yoon".parse().unwrap(),
        called_at: script.now,
    };
    for (by, hand) in [("park", Hand::For(delegation)), ("choi", Hand::Phone(call))] {
        let ballot = Box::new(Ballot { hand, ..(*ballot).clone() });
        let again = Request::Vote { unit: unit.clone(), ballot };
        assert_eq!(script.ask(by, again), Err("already_voted".to_owned()), "by the hand of {by}");
    }
    assert_eq!(script.unit("go"), "awaiting_gate");
}

#[test]
fn a_gate_before_a_point_of_no_return_wants_a_confirmation_not_older_than_five_minutes() {
    let mut script = Script::of(
        "
runbook: final
units:
  go: {gate: {approvers: [approver], quorum: 2}}
  look: {needs: [go], run: [{command: look, timeout: 5m}]}
  promote: {needs: [look], point_of_no_return: true, run: [{command: promote, timeout: 5m}]}
",
    );
    script.pass(Millis::minutes(10));
    let with = |script: &Script, ago: Option<u64>| {
        let Request::Vote { unit, mut ballot } = script.ballot("go", true) else { panic!("a ballot") };
        ballot.confirmed_at = ago.map(|ago| START.plus(Millis(script.now.since(START).0 - ago)));
        Request::Vote { unit, ballot }
    };
    for ago in [None, Some(300_001)] {
        let ballot = with(&script, ago);
        assert_eq!(script.ask("lee", ballot), Err("confirmation_needed".to_owned()), "{ago:?}");
    }
    let fresh = with(&script, Some(300_000));
    script.ask("lee", fresh).unwrap();
    // The command line of the host is its own proof.
    script.approve("root", "go").unwrap();
    assert_eq!(script.unit("go"), "ready");
}

#[test]
fn what_was_found_before_the_declaration_is_part_of_what_is_voted_on() {
    let plan = compiled(GATE);
    let asked = |preflight: Option<Digest>, reason: &str| {
        let header = Header { preflight, reason: reason.to_owned(), ..header(plan, 4) };
        let marks = [(MarkKind::Event, START), (MarkKind::Detect, START), (MarkKind::Declare, START)];
        let (_, events) = declare(plan, header, &marks, START).unwrap();
        let mut script = Script::resumed(plan, events);
        script.succeed("db");
        let state: &State = &script.state;
        state.unit(script.ix("go")).gate.as_ref().unwrap().digest
    };
    let found = asked(Some(Digest::of(b"all green")), "");
    assert_eq!(found, asked(Some(Digest::of(b"all green")), ""));
    assert_ne!(found, asked(Some(Digest::of(b"one red")), ""));
    assert_ne!(found, asked(None, ""));
    assert_ne!(found, asked(Some(Digest::of(b"all green")), "another"));
}

#[test]
fn a_vote_and_what_follows_from_it_are_facts_of_one_decision() {
    let mut script = at_the_gate();
    script.approve("lee", "go").unwrap();
    let before = script.events.len();
    script.approve("park", "go").unwrap();
    let kinds: Vec<bool> = script.events[before..]
        .iter()
        .map(|(_, event)| matches!(event, Event::Voted { .. } | Event::GateDecided { .. }))
        .collect();
    assert_eq!(&kinds[..2], [true, true]);
    let boundaries = script.boundaries.iter().filter(|at| **at > before).count();
    assert_eq!(boundaries, 1, "no crash can fall between them");
}
