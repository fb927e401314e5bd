//! Somebody outside who commits numbered rows as fast as a server takes them, and writes down when.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use engine::base::{Clock as _, SystemClock, Timestamp};
use harness::state::State;
use serde_json::Value;

/// One row as its writer knows it. It was committed between these two instants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) number: i64,
    pub(crate) asked_at: Timestamp,
    pub(crate) told_at: Timestamp,
}

/// Somebody who writes.
#[derive(Debug)]
pub(crate) struct Writer {
    log: Arc<Mutex<Vec<Kept>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Commits a row.
pub(crate) trait Commits: Send + 'static {
    /// Whether the server said that it is committed.
    async fn commit(&mut self, number: i64) -> bool;
}

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// A runtime of a test's own thread.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Writer {
    /// Writes until it is stopped or the server is gone. `open` makes the connection on the writer's own thread.
    pub(crate) fn start<C: Commits, F: Future<Output = C>>(open: impl FnOnce() -> F + Send + 'static) -> Self {
        let (log, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (own_log, own_over) = (Arc::clone(&log), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            runtime().block_on(async {
                let mut server = open().await;
                let mut number = 0;
                while !own_over.load(Ordering::Relaxed) {
                    number += 1;
                    let asked_at = now();
                    if !server.commit(number).await {
                        return;
                    }
                    own_log.lock().unwrap().push(Kept { number, asked_at, told_at: now() });
                }
            });
        });
        Self { log, over, thread: Some(thread) }
    }

    /// How many rows are committed by now.
    pub(crate) fn count(&self) -> usize {
        self.log.lock().unwrap().len()
    }

    /// Waits until so many more are committed.
    pub(crate) fn until_more(&self, more: usize) {
        let wanted = self.count() + more;
        harness::state::until(|| (self.count() >= wanted).then_some(()));
    }

    /// What it has written, all of it, when it writes no more.
    pub(crate) fn finish(mut self) -> Vec<Kept> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

/// What a run measured that was declared for a drill whose event lies at this instant, and its report.
pub(crate) struct Measured {
    pub(crate) report: Value,
    pub(crate) point: Timestamp,
    pub(crate) rpa_ms: i64,
}

/// Runs the runbook that lies beside the inventory and reads its report.
pub(crate) fn measured(state: &State, inventory: &str, event: Timestamp) -> Measured {
    measured_by(state, inventory, MEASURES, event)
}

/// The same by another runbook.
pub(crate) fn measured_by(state: &State, inventory: &str, runbook: &str, event: Timestamp) -> Measured {
    std::fs::write(state.path("inventory.yaml"), inventory).unwrap();
    let file = state.runbook(runbook);
    let done = state.done(&["run", &file, "--mode", "drill", "--event-at", &event.to_iso(), "--format", "json"]);
    assert!([0, 3].contains(&done.code()), "{}\n{}", done.out(), done.err());
    let told = state.done(&["report", "latest", "--format", "json"]);
    let report: Value = serde_json::from_str(&told.out()).unwrap();
    let plan = &report["recovery_points"][0];
    let point = plan["point_at"].as_i64().unwrap_or_else(|| panic!("no point: {plan}\n{}", report["attempts"]));
    let rpa_ms = plan["rpa_ms"].as_i64().unwrap();
    Measured { point: Timestamp(point), rpa_ms, report }
}

pub(crate) const MEASURES: &str = r"
runbook: measures
objectives: {rto: 10m, rpo: 1h, clock: event, recovery_points: [measure.orders]}
units:
  measure:
    timeout: 30s
    run: [{replication: orders, outputs: {orders: point}}]
";

/// Holds what was measured against what the writer knows. `kept` is the greatest number that arrived.
#[track_caller]
pub(crate) fn equals_what_was_lost(measured: &Measured, log: &[Kept], kept: i64, event: Timestamp, slack_ms: i64) {
    let row = |number: i64| log.iter().find(|row| row.number == number).unwrap();
    assert!(log.last().unwrap().number > kept, "nothing was lost: the test has shown nothing");
    let (last, lost) = (row(kept), row(kept + 1));
    let point = measured.point;
    assert!(lost.told_at.0 >= point.0, "row {} is lost and was committed before the point {point}: {lost:?}", kept + 1);
    assert!(
        last.asked_at.0 - slack_ms <= point.0,
        "the point {point} lies more than {slack_ms} ms before the last row that is there: {last:?}"
    );
    // The same as a duration: what the report says was lost, and what the writer knows was lost.
    let truth = event.0 - last.told_at.0;
    assert!(
        (measured.rpa_ms - truth).abs() <= slack_ms + (last.told_at.0 - last.asked_at.0) + 1,
        "{} {truth}",
        measured.rpa_ms
    );
}
