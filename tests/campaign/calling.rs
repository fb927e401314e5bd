//! Death at every boundary of a run that calls another one: before that is declared, after, and while it is at work.

use engine::base::RunId;
use engine::run::RunStatus;
use engine::store::{Database, RunFilter};
use harness::postgres::Cluster;

use crate::field::Field;

const POINTS: [&str; 4] = ["before-append", "after-append", "after-spawn", "after-exit"];

const CALLER: &str = "
runbook: campaign
units:
  first: {run: [{command: 'echo first >> $LOG', timeout: 60s}]}
  call: {needs: [first], run: [{call: {runbook: called}}]}
  last: {needs: [call], run: [{command: 'echo last >> $LOG', timeout: 60s}]}
";

const CALLED: &str = "
runbook: called
units:
  a: {run: [{command: 'echo a >> $LOG; sleep 0.05', timeout: 60s}]}
  b: {needs: [a], run: [{command: 'echo b >> $LOG', timeout: 60s}]}
";

/// Runs of the called runbook that are looked at, the newest first: those of one caller stand side by side.
const LOOKED_AT: u32 = 16;

/// The status of the caller, and of all runs that it called.
async fn tree(database: &Database, caller: RunId) -> (RunStatus, Vec<RunStatus>) {
    let runbook = Some("called".parse().unwrap());
    let listed = database.store.runs(RunFilter { runbook, limit: LOOKED_AT, ..RunFilter::default() }).await.unwrap();
    let mut called = Vec::new();
    for run in &listed {
        let loaded = engine::executor::load(database.store.as_ref(), run.run).await.unwrap();
        let state = loaded.replayed.state;
        if state.header().parent.as_ref().is_some_and(|parent| parent.run == caller) {
            called.push(state.status());
        }
    }
    let own = engine::executor::load(database.store.as_ref(), caller).await.unwrap();
    (own.replayed.state.status(), called)
}

async fn campaign(field: &Field) {
    std::fs::write(field.folder.path().join("called.yaml"), CALLED).unwrap();
    let whole = field.run(CALLER, "never", 0);
    assert_eq!(whole.status, "completed");
    let database = field.database().await;
    assert_eq!(tree(&database, whole.run).await, (RunStatus::Completed, vec![RunStatus::Completed]));
    let mut deaths = 0;
    for (point, passed) in POINTS.iter().zip(&whole.passed) {
        for count in 1..=*passed {
            let at = format!("{point} {count}");
            let first = field.run(CALLER, point, count);
            if first.died && database.store.load(first.run).await.is_ok() {
                assert_eq!(field.resume(first.run).status, "completed", "{at}");
            }
            deaths += u64::from(first.died);
            assert_eq!(tree(&database, first.run).await, (RunStatus::Completed, vec![RunStatus::Completed]), "{at}");
            let marks = field.marks();
            assert!(marks.len() == 4 && marks.values().all(|count| *count == 1), "{at}: {marks:?}");
        }
    }
    // Commits group differently from run to run, so the very last boundaries may not be met; nearly all are.
    let boundaries: u64 = whole.passed.iter().sum();
    assert!(deaths * 10 >= boundaries * 8, "only {deaths} of {boundaries} boundaries were met");
}

#[tokio::test]
async fn an_engine_on_sqlite_killed_at_any_boundary_declares_what_it_calls_exactly_once() {
    campaign(&Field::new(|folder| format!("sqlite://{}/relight.db", folder.display()))).await;
}

#[tokio::test]
async fn an_engine_on_postgresql_killed_at_any_boundary_declares_what_it_calls_exactly_once() {
    let url = Cluster::shared().database().await;
    campaign(&Field::new(|_| url.clone())).await;
}
