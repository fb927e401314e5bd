//! Runs that lose their engine, and `relight resume`.

use nix::sys::signal::Signal;

use harness::state::{State, until_file};

/// Writes a line when it starts and another one when it may end; ends when the file `go` is there.
fn waiting(state: &State) -> String {
    state.runbook(&format!(
        "runbook: r\nunits:\n  a: {{run: [{{command: 'echo began >> {0}/began; while test -d {0} && ! test -e {0}/go; do sleep 0.02; done'}}]}}\n  \
         b: {{needs: [a], run: [{{command: 'echo after >> {0}/after'}}]}}\n",
        state.path("").display()
    ))
}

fn lines(state: &State, name: &str) -> usize {
    std::fs::read_to_string(state.path(name)).map_or(0, |text| text.lines().count())
}

#[test]
fn a_run_whose_engine_was_killed_is_resumed_at_once_and_starts_nothing_twice() {
    let state = State::new();
    let file = waiting(&state);
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    until_file(&state.path("began"));
    run.signal(Signal::SIGKILL);
    drop(run);
    std::fs::write(state.path("go"), "").unwrap();
    let outcome = state.done(&["resume", "latest", "--format", "json"]).json_with(0);
    assert_eq!(outcome["status"], "completed");
    assert_eq!((lines(&state, "began"), lines(&state, "after")), (1, 1));
    assert_eq!(state.done(&["verify", "latest"]).code(), 0);
}

#[test]
fn ctrl_c_lets_go_of_the_run_and_its_steps_go_on() {
    let state = State::new();
    let file = waiting(&state);
    let run = state.beside(&["run", &file, "--mode", "drill"]);
    until_file(&state.path("began"));
    run.signal(Signal::SIGINT);
    let done = run.wait();
    assert_eq!(done.code(), 130, "{}", done.err());
    assert!(done.err().contains("relight resume"), "{}", done.err());
    std::fs::write(state.path("go"), "").unwrap();
    assert_eq!(state.done(&["resume", "latest"]).code(), 0);
    assert_eq!((lines(&state, "began"), lines(&state, "after")), (1, 1));
}

#[test]
fn a_failed_run_is_resumed_only_with_a_decision() {
    let state = State::new();
    let flag = state.path("repaired");
    let file =
        state.runbook(&format!("runbook: r\nunits: {{a: {{run: [{{command: 'test -e {}'}}]}}}}\n", flag.display()));
    assert_eq!(state.done(&["run", &file, "--mode", "drill"]).code(), 1);
    let undecided = state.done(&["resume", "latest"]);
    assert_eq!(undecided.code(), 1);
    assert!(undecided.err().contains("a: failed"), "{}", undecided.err());
    assert!(undecided.err().contains("--retry-failed"), "{}", undecided.err());

    std::fs::write(&flag, "").unwrap();
    let outcome = state.done(&["resume", "latest", "--retry-failed", "--format", "json"]).json_with(0);
    assert_eq!(outcome["status"], "completed");
    assert_eq!(state.done(&["resume", "latest"]).code(), 1);
}

#[test]
fn a_request_without_an_engine_is_kept_for_the_next_one() {
    let state = State::new();
    let file = state.runbook("runbook: r\nunits: {a: {run: [{command: [\"false\"]}]}}\n");
    assert_eq!(state.done(&["run", &file, "--mode", "drill"]).code(), 1);
    let kept = state.done(&["skip", "latest", "a", "--reason", "replaced by hand", "--format", "json"]);
    assert_eq!(kept.json_with(4)["answer"], "kept");
    assert!(kept.err().contains("relight resume"), "{}", kept.err());
    let outcome = state.done(&["resume", "latest", "--format", "json"]).json_with(0);
    assert_eq!(outcome["units"][0]["state"], "skipped");
}
