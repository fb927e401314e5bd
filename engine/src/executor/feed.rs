//! What watchers of a run see: the journal, folded once a change however many watch, whoever owns the run.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::engine::Inner;
use super::health::Access;
use super::loading::{LoadError, Loaded, load};
use crate::base::{RunId, Timestamp};
use crate::plan::Plan;
use crate::run::{Corrupt, Event, Head, State};

/// Views are made at most so often.
const PACE: Duration = Duration::from_millis(100);
/// How often a run that another process owns is looked at.
const POLL: Duration = Duration::from_millis(300);
/// Rounds without a watcher after which a feed ends.
const PATIENCE: u32 = 100;
/// Newest events that a view carries.
const RECENT: usize = 100;
/// Rows read at once.
const ROWS: u32 = 2_000;

/// An event with its place and instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Place in the journal.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

/// A run as it is shown: made once a change, shared by all watchers.
#[derive(Debug, Clone)]
pub struct View {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: Arc<Plan>,
    /// The YAML it was compiled from.
    pub source: Arc<str>,
    /// Its state.
    pub state: Arc<State>,
    /// Its newest events, oldest first.
    pub recent: Vec<Recorded>,
    /// Since when the store has not been readable; the view is that old.
    pub stale_since: Option<Timestamp>,
}

impl View {
    /// Place of the last row that the view has taken in: the id of the change.
    pub fn seq(&self) -> u64 {
        self.state.seq()
    }
}

/// One watched run.
struct Feed {
    inner: Arc<Inner>,
    run: RunId,
    plan: Arc<Plan>,
    source: Arc<str>,
    state: State,
    head: Head,
    recent: VecDeque<Recorded>,
    stale_since: Option<Timestamp>,
}

/// Loads a run and keeps its view up to date until nobody watches any more.
pub(super) async fn open(inner: Arc<Inner>, run: RunId) -> Result<watch::Receiver<Arc<View>>, LoadError> {
    let Loaded { replayed, source } = load(inner.means.store.as_ref(), run).await?;
    let events = (1..).zip(replayed.events).map(|(seq, (at, event))| Recorded { seq, at, event });
    let mut recent: VecDeque<Recorded> = events.collect();
    recent.drain(..recent.len().saturating_sub(RECENT));
    let feed = Feed {
        inner,
        run,
        plan: Arc::new(replayed.plan),
        source: source.into(),
        state: replayed.state,
        head: replayed.head,
        recent,
        stale_since: None,
    };
    let (sender, receiver) = watch::channel(Arc::new(feed.view()));
    tokio::spawn(feed.run(sender));
    Ok(receiver)
}

impl Feed {
    fn view(&self) -> View {
        View {
            run: self.run,
            plan: Arc::clone(&self.plan),
            source: Arc::clone(&self.source),
            state: Arc::new(self.state.clone()),
            recent: self.recent.iter().cloned().collect(),
            stale_since: self.stale_since,
        }
    }

    async fn run(mut self, sender: watch::Sender<Arc<View>>) {
        let mut counter = None;
        let mut unwatched = 0;
        loop {
            unwatched = if sender.receiver_count() > 1 { 0 } else { unwatched + 1 };
            if unwatched > PATIENCE && self.inner.forget_feed(self.run, &sender) {
                return;
            }
            let mut committed = self.inner.committed(self.run);
            tokio::select! {
                () = self.inner.means.hard.cancelled() => return,
                () = sender.closed() => return,
                () = grown(&mut committed, self.head.seq) => {}
                () = tokio::time::sleep(POLL) => {}
            }
            let local = committed.is_some_and(|seq| *seq.borrow() > self.head.seq);
            match self.inner.means.store.change_counter().await {
                Ok(now) if counter == Some(now) && !local && self.stale_since.is_none() => continue,
                Ok(now) => counter = Some(now),
                Err(_) => counter = None,
            }
            match self.catch_up().await {
                Ok(true) => drop(sender.send_replace(Arc::new(self.view()))),
                Ok(false) => {}
                Err(corrupt) => {
                    tracing::error!(run = %self.run, %corrupt, "the run can not be shown any further");
                    return;
                }
            }
            tokio::time::sleep(PACE).await;
        }
    }

    /// Takes in the rows that are new; `true` when there is something new to show.
    async fn catch_up(&mut self) -> Result<bool, Corrupt> {
        let mut news = false;
        loop {
            match self.inner.means.store.rows_after(self.run, self.head.seq, ROWS).await {
                Ok(rows) => {
                    news |= self.stale_since.take().is_some() || !rows.is_empty();
                    let last = rows.len() < ROWS as usize;
                    for row in rows {
                        let event = self.head.accept(self.run, &row)?;
                        self.state.apply(&self.plan, row.at, &event)?;
                        self.recent.push_back(Recorded { seq: row.seq, at: row.at, event });
                    }
                    self.recent.drain(..self.recent.len().saturating_sub(RECENT));
                    if last {
                        return Ok(news);
                    }
                }
                Err(error) => {
                    self.inner.health.note(Access::Look, Some(&error));
                    if self.stale_since.is_none() {
                        self.stale_since = Some(self.inner.means.clock.now());
                        return Ok(true);
                    }
                    return Ok(news);
                }
            }
        }
    }
}

/// Waits for rows beyond `seq` of a run that this engine carries; for ever, of any other.
async fn grown(committed: &mut Option<watch::Receiver<u64>>, seq: u64) {
    match committed {
        Some(receiver) => {
            if receiver.wait_for(|last| *last > seq).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        None => std::future::pending().await,
    }
}
