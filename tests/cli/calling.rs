//! Runbooks that call runbooks, through the binary.

use std::fs;

use harness::state::{State, until, until_file};
use nix::sys::signal::Signal;
use serde_json::Value;

/// A state with a runbook `restore` that `runbook.yaml` calls.
fn state(caller: &str, restore: &str) -> (State, String) {
    let state = State::new();
    fs::write(state.path("restore.yaml"), format!("runbook: restore\n{restore}")).unwrap();
    let file = state.runbook(&format!("runbook: drill\n{caller}"));
    (state, file)
}

/// Statuses of the newest runs of a runbook.
fn statuses(state: &State, runbook: &str) -> Vec<String> {
    runs(state, runbook).into_iter().map(|run| run["status"].as_str().unwrap().to_owned()).collect()
}

fn runs(state: &State, runbook: &str) -> Vec<Value> {
    let listed = state.done(&["runs", "--format", "json"]).json_with(0);
    listed.as_array().unwrap().iter().filter(|run| run["runbook"] == runbook).cloned().collect()
}

fn id(run: &Value) -> String {
    run["run"].as_str().unwrap().to_owned()
}

#[test]
fn a_called_runbook_gets_its_inputs_and_its_caller_waits_for_its_end() {
    let (state, file) = state(
        "
inputs: {site: {type: text, required: true}, key: {type: secret}}
units:
  ask: {run: [{command: 'echo lag=7', outputs: {lag: {regex: 'lag=(.)'}}}]}
  restore:
    needs: [ask]
    run: [{call: {runbook: restore, inputs: {where: {input: site}, lag: {output: ask.lag}, fixed: text, key: {input: key}}}}]
  after: {needs: [restore], run: [{command: 'cat restored'}]}
",
        "
inputs: {where: {type: text, required: true}, lag: {type: text}, fixed: {type: text}, key: {type: secret, required: true}}
units:
  a: {run: [{command: 'echo $RELIGHT_INPUT_WHERE $RELIGHT_INPUT_LAG $RELIGHT_INPUT_FIXED $(printf %s \"$KEY\" | wc -c) > restored', env: {KEY: {input: key}}}]}
",
    );
    let mut command = state.relight(&[
        "run",
        &file,
        "--mode",
        "drill",
        "--input",
        "site=busan",
        "--secret",
        "key=env:KEY",
        "--format",
        "json",
    ]);
    let output = command.env("KEY", "topsecret").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let outcome: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(outcome["status"], "completed", "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(statuses(&state, "restore"), ["completed"]);
    let found = until(|| fs::read_to_string(state.folder().join("work/restored")).ok());
    assert_eq!(found, "busan 7 text 9\n");
}

#[test]
fn a_caller_fails_with_what_it_called_and_goes_on_with_that_run_once_it_is_mended() {
    let (state, file) = state(
        "units: {restore: {run: [{call: {runbook: restore}}]}, after: {needs: [restore], run: [{command: 'true'}]}}\n",
        "units: {a: {run: [{command: 'test -e mended'}]}}\n",
    );
    let done = state.done(&["run", &file, "--mode", "drill"]);
    assert_eq!(done.code(), 1, "{}", done.err());
    let child = runs(&state, "restore").remove(0);
    assert_eq!(child["status"], "failed");
    assert!(done.out().contains(&id(&child)), "the failed unit leads to the run that it called: {}", done.out());
    assert!(done.out().contains("a: "), "{}", done.out());
    fs::write(state.folder().join("work/mended"), "").unwrap();
    assert_eq!(state.done(&["resume", &id(&child), "--retry-failed"]).code(), 0);
    let caller = runs(&state, "drill").remove(0);
    let done = state.done(&["resume", &id(&caller), "--retry-failed"]);
    assert_eq!(done.code(), 0, "{}{}", done.out(), done.err());
    assert_eq!(statuses(&state, "restore"), ["completed"], "nothing was declared a second time");
}

#[test]
fn a_unit_starts_on_what_a_run_that_was_only_declared_comes_to() {
    let (state, file) = state(
        "
units:
  restore: {run: [{call: {runbook: restore, wait: none}}]}
  tell: {starts_on: {run_of: restore, unit: data}, run: [{command: 'cat restored > told'}]}
  close: {starts_on: {run_of: restore, mark: verified}, run: [{command: 'test -e looked-at'}]}
",
        "
units:
  data: {run: [{command: 'echo here > restored'}]}
  look: {needs: [data], run: [{command: 'touch looked-at'}, {mark: verified}]}
",
    );
    let done = state.done(&["run", &file, "--mode", "drill", "--format", "json"]);
    let outcome = done.json_with(0);
    assert_eq!(outcome["status"], "completed", "{}", done.err());
    assert_eq!(statuses(&state, "restore"), ["completed"]);
    assert_eq!(fs::read_to_string(state.folder().join("work/told")).unwrap(), "here\n");
}

#[test]
fn whoever_aborts_a_caller_aborts_what_it_waits_for_and_nothing_else() {
    let (state, file) = state(
        "
units:
  beside: {run: [{call: {runbook: restore, wait: none}}]}
  restore: {needs: [beside], run: [{call: {runbook: restore}}]}
",
        "units: {a: {run: [{command: 'touch begun; sleep 60'}]}}\n",
    );
    let beside = state.beside(&["run", &file, "--mode", "drill"]);
    until(|| (statuses(&state, "restore").len() == 2).then_some(()));
    until_file(&state.folder().join("work/begun"));
    let caller = runs(&state, "drill").remove(0);
    assert_eq!(state.done(&["abort", &id(&caller), "--reason", "enough"]).code(), 0);
    until(|| (statuses(&state, "drill") == ["aborted"]).then_some(()));
    let mut left = statuses(&state, "restore");
    left.sort();
    assert_eq!(left, ["aborted", "running"], "nobody waits for the other one, so it goes on");
    // The command goes on with it too.
    let going = runs(&state, "restore").into_iter().find(|run| run["status"] == "running").unwrap();
    assert_eq!(state.done(&["abort", &id(&going), "--reason", "cleared away"]).code(), 0);
    assert_eq!(beside.wait().code(), 1);
}

#[test]
fn an_engine_that_is_killed_while_a_called_run_is_at_work_finds_it_again() {
    let (state, file) = state(
        "units: {restore: {run: [{call: {runbook: restore}}]}, after: {needs: [restore], run: [{command: 'true'}]}}\n",
        "units: {a: {run: [{command: 'echo x >> begun; until test -e go; do sleep 0.05; done'}]}}\n",
    );
    let beside = state.beside(&["run", &file, "--mode", "drill"]);
    let begun = state.folder().join("work/begun");
    until_file(&begun);
    beside.signal(Signal::SIGKILL);
    drop(beside);
    fs::write(state.folder().join("work/go"), "").unwrap();
    let caller = runs(&state, "drill").remove(0);
    let done = state.done(&["resume", &id(&caller)]);
    assert_eq!(done.code(), 0, "{}{}", done.out(), done.err());
    assert_eq!(statuses(&state, "restore"), ["completed"]);
    assert_eq!(fs::read_to_string(&begun).unwrap(), "x\n", "its work was done once");
}
