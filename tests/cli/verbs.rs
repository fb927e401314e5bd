//! What an operator asks of a run, one verb after the other, and what comes of it.

use std::io::{BufRead as _, BufReader};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use harness::state::{State, until, until_file};

/// `a` and `d` at once, `b` fails until the file `repaired` is there, `c` comes after `b`. Each says that it ran.
fn broken(state: &State) -> String {
    state.runbook(&format!(
        "runbook: r\nunits:\n  a: {{run: [{{command: 'echo a >> {0}/ran'}}]}}\n  \
         b: {{needs: [a], run: [{{command: 'echo b >> {0}/ran; test -e {0}/repaired'}}]}}\n  \
         c: {{needs: [b], run: [{{command: 'echo c >> {0}/ran'}}]}}\n",
        state.path("").display()
    ))
}

fn ran(state: &State) -> String {
    std::fs::read_to_string(state.path("ran")).unwrap_or_default().replace('\n', "")
}

/// Declares the broken runbook, and finds it standing still at `b`.
fn stuck() -> State {
    let state = State::new();
    let file = broken(&state);
    assert_eq!(state.done(&["run", &file, "--mode", "drill"]).code(), 1);
    assert_eq!(ran(&state), "ab");
    state
}

/// Asks without an engine, and goes on with the run.
fn ask_and_go_on(state: &State, ask: &[&str], code: i32) -> Value {
    let kept = state.done(ask);
    assert_eq!(kept.code(), 4, "{}", kept.err());
    state.done(&["resume", "latest", "--format", "json"]).json_with(code)
}

fn units(outcome: &Value) -> Vec<&str> {
    outcome["units"].as_array().unwrap().iter().map(|unit| unit["state"].as_str().unwrap()).collect()
}

#[test]
fn a_step_is_tried_again_and_what_comes_after_it_follows() {
    let state = stuck();
    std::fs::write(state.path("repaired"), "").unwrap();
    let outcome = ask_and_go_on(&state, &["retry", "latest", "b"], 0);
    assert_eq!(outcome["status"], "completed");
    assert_eq!(ran(&state), "abbc");
}

#[test]
fn a_unit_runs_again_alone() {
    let state = stuck();
    let ask = ["rerun", "latest", "a", "--reason", "its cache was cold"];
    let outcome = ask_and_go_on(&state, &ask, 1);
    assert_eq!(units(&outcome), ["ready", "failed", "pending"]);
    assert_eq!(ran(&state), "aba", "what had failed is left as it is");
}

#[test]
fn a_unit_runs_again_with_all_that_comes_after_it() {
    let state = stuck();
    std::fs::write(state.path("repaired"), "").unwrap();
    let ask = ["rerun", "latest", "a", "--downstream", "--reason", "from the beginning"];
    let outcome = ask_and_go_on(&state, &ask, 0);
    assert_eq!(units(&outcome), ["ready", "ready", "ready"]);
    assert_eq!(ran(&state), "ababc");
}

#[test]
fn what_was_done_by_other_means_is_attested_and_not_done_again() {
    let state = stuck();
    let outcome = ask_and_go_on(&state, &["attest", "latest", "b", "--evidence", "seen on the console"], 0);
    assert_eq!(units(&outcome), ["ready", "attested", "ready"]);
    assert_eq!(ran(&state), "abc");
    let report = state.done(&["report", "latest", "--format", "md", "--lang", "en"]);
    assert!(report.out().contains("seen on the console"));
}

#[test]
fn a_paused_run_starts_nothing_until_it_is_let_go_on() {
    let state = State::new();
    let file = state.runbook(&format!(
        "runbook: r\nunits:\n  \
         a: {{run: [{{command: 'touch {0}/began; while test -d {0} && ! test -e {0}/go; do sleep 0.02; done; touch {0}/ended'}}]}}\n  \
         b: {{needs: [a], run: [{{command: 'touch {0}/after'}}]}}\n",
        state.path("").display()
    ));
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    until_file(&state.path("began"));
    assert_eq!(state.done(&["pause", "latest", "--reason", "look first"]).code(), 0);
    state.until_status("paused");
    std::fs::write(state.path("go"), "").unwrap();
    until(|| {
        let report = state.done(&["report", "latest", "--format", "json"]);
        let report: Value = serde_json::from_str(&report.out()).unwrap();
        report.to_string().contains(r#""state":"ready""#).then_some(())
    });
    assert!(!state.path("after").exists());
    assert_eq!(state.done(&["unpause", "latest"]).code(), 0);
    assert_eq!(run.wait().json_with(0)["status"], "completed");
    assert!(state.path("after").exists());
}

#[test]
fn a_step_that_hangs_is_ended_with_all_that_it_started() {
    let state = State::new();
    let file = state.runbook(&format!(
        "runbook: r\nunits: {{a: {{run: [{{command: 'sleep 600 & echo $! > {0}/child.new; mv {0}/child.new {0}/child; wait'}}]}}}}\n",
        state.path("").display()
    ));
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    until_file(&state.path("child"));
    let stopped = state.done(&["stop", "latest", "a", "--reason", "it hangs"]);
    assert_eq!(stopped.code(), 0, "{}", stopped.err());
    assert_eq!(units(&run.wait().json_with(1)), ["failed"]);
    let child: i32 = std::fs::read_to_string(state.path("child")).unwrap().trim().parse().unwrap();
    until(|| kill(Pid::from_raw(child), None).is_err().then_some(()));
}

#[test]
fn a_milestone_is_corrected_also_after_the_end() {
    let state = State::new();
    let file = state.runbook("runbook: r\nunits: {a: {run: [{command: 'true'}]}}\n");
    assert_eq!(state.done(&["run", &file, "--mode", "drill"]).code(), 0);
    let ask = ["mark", "latest", "event", "--at", "2026-01-02T03:04:05+09:00", "--reason", "the monitor's own log"];
    let done = state.done(&ask);
    assert_eq!(done.code(), 0, "{}", done.err());
    assert_eq!(state.done(&["verify", "latest"]).code(), 0);
    let report = state.done(&["report", "latest", "--format", "md", "--lang", "en"]).out();
    assert!(report.contains("the monitor's own log") && report.contains("2026-01-02 03:04:05"), "{report}");
}

#[test]
fn a_second_interrupt_leaves_at_once_though_the_store_does_not_answer() {
    let state = State::new();
    let file = state.runbook(&format!(
        "runbook: r\nunits: {{a: {{run: [{{command: 'touch {0}/began; while test -d {0}; do sleep 0.05; done'}}]}}}}\n",
        state.path("").display()
    ));
    let mut run = state.beside(&["run", &file, "--mode", "drill"]);
    until_file(&state.path("began"));
    let lock = state.locked();
    run.signal(Signal::SIGINT);
    // The first is heard before the second is sent: a signal that waits is not counted twice.
    let errors = BufReader::new(run.child().stderr.take().unwrap());
    assert!(errors.lines().any(|line| line.unwrap().starts_with("stopping: ")), "the first was not heard");
    run.signal(Signal::SIGINT);
    assert_eq!(run.wait().code(), 130);
    drop(lock);
    assert_eq!(state.done(&["stop", "latest", "a", "--reason", "done with it"]).code(), 4);
    assert_eq!(state.done(&["resume", "latest", "--format", "json"]).json_with(1)["units"][0]["state"], "failed");
}
