//! What a person sees of a run while it goes: a live picture on a terminal, one line an event elsewhere.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use engine::base::{RunId, Timestamp};
use engine::executor::{Engine, View};
use engine::run::Event;
use tokio::sync::watch;

use super::options::Format;
use super::progress::Progress;
use super::{say, timeline};

/// Between two looks at the clock.
const TICK: Duration = Duration::from_millis(200);
/// Rows read at once.
const ROWS: u32 = 1_000;

/// Where it is shown. Standard output stays free for the outcome.
#[derive(Debug)]
pub(super) enum Screen {
    /// A program reads: it gets the outcome, no more.
    Quiet,
    /// No terminal: one line an event.
    Lines,
    /// A terminal.
    Live(Progress),
}

impl Screen {
    /// The screen that fits standard error.
    pub(super) fn fitting(format: Format) -> Self {
        match format {
            Format::Human | Format::Json if io::stderr().is_terminal() => Self::Live(Progress::default()),
            Format::Human => Self::Lines,
            Format::Json => Self::Quiet,
        }
    }

    /// Shows a run from behind row `seq` until `end` is closed, and then what came last.
    pub(super) async fn show(self, engine: Engine, run: RunId, mut seq: u64, mut end: watch::Receiver<()>) {
        if matches!(self, Self::Quiet) {
            return;
        }
        let Ok(mut views) = engine.watch(run).await else {
            return;
        };
        loop {
            let view = views.borrow_and_update().clone();
            seq = self.tell(&engine, &view, seq).await;
            self.draw(&engine, &view);
            tokio::select! {
                changed = views.changed() => if changed.is_err() { break },
                _ = end.changed() => break,
                () = tokio::time::sleep(TICK) => {}
            }
        }
        let view = views.borrow().clone();
        self.tell(&engine, &view, seq).await;
        if let Self::Live(progress) = &self {
            progress.clear();
        }
    }

    /// One line for each row that is new.
    async fn tell(&self, engine: &Engine, view: &View, mut seq: u64) -> u64 {
        // A store that can not be read is the engine's trouble, and said by it.
        while let Ok(rows) = engine.store().rows_after(view.run, seq, ROWS).await {
            let Some(last) = rows.last() else {
                return seq;
            };
            seq = last.seq;
            let mut before = None;
            for row in &rows {
                let Ok(event) = serde_json::from_str::<Event>(&row.event) else { continue };
                if let Some(line) = timeline::line(&view.plan, &view.state, row.at, &event, before.as_ref()) {
                    match self {
                        Self::Quiet => {}
                        Self::Lines => say::note(&line),
                        Self::Live(progress) => progress.above(&line),
                    }
                }
                before = Some(event);
            }
        }
        seq
    }

    fn draw(&self, engine: &Engine, view: &View) {
        if let Self::Live(progress) = self {
            progress.draw(view, now(engine, view));
        }
    }
}

/// Simulated runs live in their own time: the last instant that they recorded.
fn now(engine: &Engine, view: &View) -> Timestamp {
    let now = engine.clock().now();
    if view.state.header().simulation.is_some() { view.state.last_at() } else { now.max(view.state.last_at()) }
}
