//! `relight run` and `relight runs`.

use harness::state::{State, redacted};

const TWO_UNITS: &str = "
runbook: two-units
objectives: {rto: 10m, clock: declare}
units:
  db:  {target: 2m, run: [{command: [echo, up], timeout: 5s}], post: [{command: [\"true\"], timeout: 5s}]}
  web: {target: 1m, needs: [db], run: [{command: 'echo $RELIGHT_INPUT_SITE', timeout: 5s}]}
inputs: {site: {type: text, required: true}}
";

#[test]
fn a_run_that_keeps_its_objective_ends_with_0_and_its_outcome_as_json() {
    let state = State::new();
    let file = state.runbook(TWO_UNITS);
    let done = state.done(&["run", &file, "--mode", "drill", "--input", "site=서울", "--format", "json"]);
    insta::assert_json_snapshot!(redacted(done.json_with(0)));
    let first = done.out().lines().next().map(str::to_owned).unwrap();
    let declared: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(declared["run"], done.json()["run"]);
    insta::assert_json_snapshot!("the_list_of_runs", redacted(state.done(&["runs", "--format", "json"]).json_with(0)));
}

#[test]
fn a_mock_run_touches_nothing_and_counts_for_nothing() {
    let state = State::new();
    let mark = state.path("touched");
    let file = state.runbook(&format!(
        "runbook: r\nobjectives: {{rto: 1h}}\nunits: {{a: {{target: 40m, run: [{{command: [touch, '{}']}}]}}}}\n",
        mark.display()
    ));
    let outcome = state.done(&["run", &file, "--mode", "mock", "--takes", "a=35m", "--format", "json"]).json_with(0);
    assert_eq!(outcome["verdict"], "simulated");
    assert_eq!(outcome["rta_ms"], 35 * 60_000);
    assert!(!mark.exists());
}

#[test]
fn a_run_that_is_late_ends_with_3() {
    let state = State::new();
    let file = state.runbook(
        "runbook: r\nobjectives: {rto: 10ms, clock: declare}\nunits: {a: {run: [{command: [sleep, '0.1']}]}}\n",
    );
    let outcome = state.done(&["run", &file, "--mode", "drill", "--format", "json"]).json_with(3);
    assert_eq!(outcome["status"], "completed");
    assert_eq!(outcome["verdict"], "exceeded");
}

#[test]
fn a_run_that_fails_ends_with_1_and_says_what_to_do() {
    let state = State::new();
    let file = state.runbook("runbook: r\nunits: {a: {run: [{command: 'echo no route; exit 7'}]}}\n");
    let done = state.done(&["run", &file, "--mode", "drill"]);
    assert_eq!(done.code(), 1, "{}", done.err());
    assert!(done.out().contains("a: failed"), "{}", done.out());
    assert!(done.out().contains("--retry-failed"), "{}", done.out());
    assert_eq!(done.err().matches("no route").count(), 2, "the step and its cause, each once: {}", done.err());
}

#[test]
fn injected_failures_are_tried_again_as_often_as_the_runbook_says() {
    let state = State::new();
    let file = state
        .runbook("runbook: r\nunits: {a: {idempotent: true, retry: {attempts: 3, every: 1s}, run: [{command: x}]}}\n");
    let run = |fault: &str| state.done(&["run", &file, "--mode", "mock", "--inject", fault, "--format", "json"]);
    assert_eq!(run("a=fail:2").json_with(0)["units"][0]["state"], "ready");
    let outcome = run("a=fail:3").json_with(1);
    assert_eq!(outcome["status"], "failed");
    assert_eq!(outcome["units"][0]["state"], "failed");
}

#[test]
fn what_was_asked_wrongly_ends_with_2_and_runs_nothing() {
    let state = State::new();
    let file = state.runbook(TWO_UNITS);
    let broken = state.path("broken.yaml");
    std::fs::write(&broken, "runbook: r\nunits: {a: {nedds: [b], run: [{command: x}]}}\n").unwrap();
    let broken = broken.display().to_string();
    for (arguments, said) in [
        (vec!["run", &file, "--mode", "drill"], "input site is required"),
        (vec!["run", &file, "--mode", "drill", "--input", "sight=x"], "no input sight"),
        (vec!["run", &file, "--mode", "drill", "--input", "site=x", "--inject", "db=hang"], "can not be simulated"),
        (vec!["run", &file, "--mode", "mock", "--input", "site=x", "--inject", "dbb=hang"], "has no unit dbb"),
        (vec!["run", &broken, "--mode", "mock"], "nedds"),
        (vec!["run", "nowhere.yaml", "--mode", "mock"], "nowhere.yaml"),
        (vec!["run", &file], "--mode"),
        (vec!["verify", "latest"], "no run yet"),
    ] {
        let done = state.done(&arguments);
        assert_eq!(done.code(), 2, "{arguments:?}: {}", done.err());
        assert!(done.err().contains(said), "{arguments:?}: {}", done.err());
        assert_eq!(done.out(), "", "{arguments:?}");
    }
    assert_eq!(state.latest(), None);
}

#[test]
fn a_database_that_can_not_be_had_ends_with_4_and_its_password_is_not_shown() {
    let state = State::new();
    let url = "postgres://dr:hunter2@127.0.0.1:1/relight";
    let done = harness::state::until(|| {
        let output = state.relight(&["runs"]).env("RELIGHT_DATABASE", url).output().ok()?;
        Some((output.status.code(), String::from_utf8(output.stderr).ok()?))
    });
    assert_eq!(done.0, Some(4), "{}", done.1);
    assert!(!done.1.contains("hunter2"), "{}", done.1);
    assert!(done.1.contains("127.0.0.1:1"), "{}", done.1);
}
