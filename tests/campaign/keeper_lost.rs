//! The engine and its keeper die together, as with a power cut: nobody knows how running steps ended.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use engine::run::UnitState;

use crate::field::{Field, states};

/// A unit that never ends by itself, with whatever else is said about it.
fn endless(more: &str) -> String {
    format!(
        "runbook: lost\nunits:\n  u:\n    target: 5s\n{more}    run: [{{command: \"printf 'b u\\\\n' >> $LOG; exec sleep 30\", timeout: 60s}}]\n"
    )
}

/// Runs the runbook until its step has begun, kills engine and keeper and the step itself, and takes the run over.
async fn lose(runbook: &str) -> (Field, UnitState, String) {
    let field = Field::new(|folder| format!("sqlite://{}/relight.db", folder.display()));
    let first = field.run(runbook, "after-spawn", 1);
    assert!(first.died);
    kill(Pid::from_raw(field.keeper().unwrap()), Signal::SIGKILL).unwrap();
    for process in Field::left_over(first.run) {
        let pid = process.rsplit('/').next().unwrap().parse().unwrap();
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    }
    let second = field.resume(first.run);
    let database = field.database().await;
    let state = states(&field.load(&database, first.run).await)["u"];
    (field, state, second.status)
}

#[tokio::test]
async fn a_step_that_nobody_can_vouch_for_is_unknown_and_not_repeated() {
    let (field, state, status) = lose(&endless("")).await;
    assert_eq!((state, status.as_str()), (UnitState::Unknown, "failed"));
    assert_eq!(field.marks()["b u"], 1);
}

#[tokio::test]
async fn a_step_whose_probe_finds_it_done_is_not_repeated() {
    let probe = "    already_done: {command: \"test -s $LOG\"}\n";
    let (field, state, status) = lose(&endless(probe)).await;
    assert_eq!((state, status.as_str()), (UnitState::Ready, "completed"));
    assert_eq!(field.marks()["b u"], 1);
}

#[tokio::test]
async fn a_step_whose_probe_finds_it_undone_is_made_again() {
    let once = "runbook: lost\nunits:\n  u:\n    already_done: {command: \"test -e $LOG.done\"}\n    run: [{command: \"printf 'b u\\\\n' >> $LOG; if [ $(grep -c . $LOG) = 1 ]; then exec sleep 30; fi; touch $LOG.done\", timeout: 60s}]\n";
    let (field, state, status) = lose(once).await;
    assert_eq!((state, status.as_str()), (UnitState::Ready, "completed"));
    assert_eq!(field.marks()["b u"], 2);
}

#[tokio::test]
async fn an_idempotent_step_is_simply_repeated() {
    let again = "runbook: lost\nunits:\n  u:\n    idempotent: true\n    run: [{command: \"printf 'b u\\\\n' >> $LOG; if [ $(grep -c . $LOG) = 1 ]; then exec sleep 30; fi\", timeout: 60s}]\n";
    let (field, state, status) = lose(again).await;
    assert_eq!((state, status.as_str()), (UnitState::Ready, "completed"));
    assert_eq!(field.marks()["b u"], 2);
}
