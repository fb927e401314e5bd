//! The live picture, on a terminal of its own: `script` plays the terminal.

use std::io::Write as _;

use harness::state::{Done, State, until_file};

const HIDE: &str = "\u{1b}[?25l";
const SHOW: &str = "\u{1b}[?25h";

/// The cursor is as it was, and so is the line it stands in.
fn is_restored(done: &Done) {
    let out = done.out();
    assert_eq!(out.matches(HIDE).count(), out.matches(SHOW).count(), "{out:?}");
    assert!(out.ends_with('\n'), "{out:?}");
}

fn waiting(state: &State) -> String {
    state.runbook(&format!(
        "runbook: r\nobjectives: {{rto: 1h}}\nunits:\n  \
         a: {{target: 5m, run: [{{command: 'touch {0}/began; while test -d {0} && ! test -e {0}/go; do sleep 0.05; done'}}]}}\n  \
         b: {{needs: [a], run: [{{command: 'true'}}]}}\n",
        state.path("").display()
    ))
}

#[test]
fn a_run_is_watched_live_and_the_terminal_is_left_as_it_was() {
    let state = State::new();
    let run = state.on_terminal(&["run", &waiting(&state), "--mode", "drill"]);
    until_file(&state.path("began"));
    // Some pictures are drawn while the step is at work.
    std::thread::sleep(std::time::Duration::from_millis(500));
    std::fs::write(state.path("go"), "").unwrap();
    let done = run.wait();
    assert_eq!(done.code(), 0, "{}", done.out());
    for shown in ["r drill · running · 0 of 2 units", "1:00:00", "main 0/2", "  a ", "of 5:00", "b: ready"] {
        assert!(done.out().contains(shown), "{shown:?} in {:?}", done.out());
    }
    let (_, end) = done.out().rsplit_once("\u{1b}[").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert!(end.contains("completed (r, drill)"), "the picture is gone before the outcome is told: {end:?}");
    is_restored(&done);
}

#[test]
fn ctrl_c_at_a_terminal_leaves_it_as_it_was_and_says_how_to_go_on() {
    let state = State::new();
    let mut run = state.on_terminal(&["run", &waiting(&state), "--mode", "drill"]);
    until_file(&state.path("began"));
    run.child().stdin.as_mut().unwrap().write_all(b"\x03").unwrap();
    let done = run.wait();
    assert_eq!(done.code(), 130, "{}", done.out());
    assert!(done.out().contains("relight resume"), "{}", done.out());
    is_restored(&done);
    std::fs::write(state.path("go"), "").unwrap();
    assert_eq!(state.done(&["resume", "latest"]).code(), 0);
}
