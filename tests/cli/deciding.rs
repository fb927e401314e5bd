//! Gates, manual work and the verbs of an operator, each asked from another process than the one that has the run.

use harness::state::{State, redacted};

const GATED: &str = "
runbook: gated
units:
  db: {run: [{command: [\"true\"], timeout: 5s}]}
  go: {needs: [db], gate: {question: Go?, approvers: [commander], exclude: [requester], timeout: 10m}}
  ap: {needs: [go], run: [{command: [\"true\"], timeout: 5s}]}
";

#[test]
fn a_gate_is_approved_from_another_process_and_never_by_the_requester() {
    let state = State::new();
    let file = state.runbook(GATED);
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    let id = state.until_status("waiting")["run"].as_str().unwrap().to_owned();

    let own = state.done(&["approve", "latest", "go", "--format", "json"]);
    assert_eq!(own.code(), 1, "{}", own.err());
    insta::assert_json_snapshot!("a_refused_vote", redacted(own.json()));
    let early = state.done(&["approve", &id, "ap", "--as", "commander"]);
    assert_eq!(early.code(), 1);
    assert!(early.err().contains("open now: go"), "{}", early.err());

    let vote = state.done(&["approve", &id[..13], "go", "--as", "commander", "--comment", "확인", "--format", "json"]);
    insta::assert_json_snapshot!("a_vote", redacted(vote.json_with(0)));
    assert_eq!(run.wait().json_with(0)["status"], "completed");
}

#[test]
fn a_rejected_gate_fails_its_unit() {
    let state = State::new();
    let file = state.runbook(GATED);
    let run = state.beside(&["run", &file, "--mode", "mock", "--format", "json"]);
    state.until_status("waiting");
    let vote = state.done(&["approve", "latest", "go", "--reject", "--comment", "not yet", "--as", "commander"]);
    assert_eq!(vote.code(), 0, "{}", vote.err());
    let outcome = run.wait().json_with(1);
    assert_eq!(outcome["units"][1]["state"], "failed");
}

#[test]
fn a_run_is_rolled_back_from_another_process_to_its_last_safe_point() {
    let state = State::new();
    let file = state.runbook(
        "
runbook: back
units:
  db: {run: [{command: [touch, db-is-up], timeout: 5s, rollback: [{command: [rm, db-is-up], timeout: 5s}]}]}
  go: {needs: [db], gate: {approvers: [commander]}}
",
    );
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    state.until_status("waiting");
    let wish = ["rollback", "latest", "--reason", "훈련 취소"];
    let nowhere = state.done(&[&wish[..], &["--stage", "nowhere"]].concat());
    assert_eq!(nowhere.code(), 1);
    assert!(nowhere.err().contains("has no stage nowhere"), "{}", nowhere.err());
    let asked = state.done(&wish);
    assert_eq!(asked.code(), 0, "{}", asked.err());
    let outcome = run.wait().json_with(1);
    assert_eq!(outcome["units"][0]["state"], "rolled_back");
}

#[test]
fn manual_work_is_completed_and_a_run_aborted_from_another_process() {
    let state = State::new();
    let file = state
        .runbook("runbook: r\nunits:\n  a: {manual: Call the carrier}\n  b: {needs: [a], manual: Call the bank}\n");
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    state.until_status("waiting");
    let done = state.done(&["complete", "latest", "a", "--evidence", "ticket 4711"]);
    assert_eq!(done.code(), 0, "{}", done.err());
    let ended = state.done(&["abort", "latest", "--reason", "훈련 중지"]);
    assert_eq!(ended.code(), 0, "{}", ended.err());
    let outcome = run.wait().json_with(1);
    assert_eq!(outcome["status"], "aborted");
    assert_eq!(outcome["units"][0]["state"], "ready");
    let late = state.done(&["pause", "latest", "--reason", "too late"]);
    assert_eq!(late.code(), 1);
    assert!(late.err().contains("is over"), "{}", late.err());
}
