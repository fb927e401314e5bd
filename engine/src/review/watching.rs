//! The watch over runs that end and over what runs out with time, as long as a process serves. Any number of nodes may watch
//! beside each other; each fact is written once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::calendar;
use super::facts::facts_of;
use super::findings::expire;
use super::keeping::{KeepError, keep};
use crate::base::{Clock, Millis, RunId, Timestamp};
use crate::store::{Changed, Error, Kept, RunFilter, RunSummary, Store, add, find};

/// How long after one look the next one follows.
const PAUSE: Duration = Duration::from_secs(1);
/// Looks after which runs are looked at, whether or not the store says that something was committed.
const ANYHOW: u32 = 30;
/// Looks after which duties are looked at.
const DUTIES: u32 = 300;
/// How long a run must be over before the mark goes past it: longer than the clocks of two nodes are ever apart, since a run
/// sorts by the clock of the node that declared it.
const SETTLED: Millis = Millis::minutes(24 * 60);

/// Everything is kept of all runs up to this one, so that a process which starts does not look through all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    run: RunId,
}

impl Kept for Mark {
    const KIND: &'static str = "review-mark";

    fn id(&self) -> String {
        "mark".to_owned()
    }
}

#[derive(Debug)]
struct Watcher {
    store: Arc<dyn Store>,
    /// Runs behind the mark of which everything is kept, or nothing can be.
    seen: HashSet<RunId>,
    counter: Option<u64>,
}

/// Watches until it is cancelled.
pub async fn watch(store: Arc<dyn Store>, clock: Arc<dyn Clock>, stopping: CancellationToken) {
    let mut watcher = Watcher { store, seen: HashSet::new(), counter: None };
    let (mut failing, mut looks) = (false, 0_u32);
    while stopping.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
        let now = clock.now();
        let looked = match watcher.look(now, looks.is_multiple_of(ANYHOW)).await {
            Ok(()) if looks.is_multiple_of(DUTIES) => calendar::tell(&*watcher.store, now).await,
            looked => looked,
        };
        match looked {
            Ok(()) => failing = false,
            // Said once: a store that is away is said elsewhere too, and comes back by itself.
            Err(why) if !failing => {
                tracing::warn!(%why, "runs that are over can not be looked after now; tried again");
                failing = true;
            }
            Err(_) => {}
        }
        looks = looks.wrapping_add(1);
    }
}

/// Looks once at all runs and all that runs out with time.
pub async fn attend(store: Arc<dyn Store>, now: Timestamp) -> Result<(), Error> {
    Watcher { store: Arc::clone(&store), seen: HashSet::new(), counter: None }.look(now, true).await?;
    calendar::tell(&*store, now).await
}

impl Watcher {
    async fn look(&mut self, now: Timestamp, anyhow: bool) -> Result<(), Error> {
        expire(&*self.store, now).await?;
        let counter = self.store.change_counter().await?;
        if self.counter == Some(counter) && !anyhow {
            return Ok(());
        }
        let mark = find::<Mark>(&*self.store, "mark").await?;
        let after = mark.as_ref().map(|mark| mark.value.run.0);
        let mut runs = self.store.runs(RunFilter { after, ..RunFilter::default() }).await?;
        // The oldest first, so that a finding is there before the run that closes it.
        runs.reverse();
        for run in &runs {
            self.meet(run, now).await?;
        }
        self.counter = Some(counter);
        let past = runs.iter().take_while(|run| {
            let over = run.summary.ended_at.filter(|at| now.since(*at) > SETTLED);
            over.is_some() && self.seen.contains(&run.run)
        });
        let Some(last) = past.last().map(|run| Mark { run: run.run }) else { return Ok(()) };
        let change = match &mark {
            Some(mark) => mark.put(&last)?,
            None => add(&last)?,
        };
        // Another node that has moved it meanwhile has seen the same runs.
        match self.store.change(now, vec![change], Vec::new()).await? {
            Changed::Done | Changed::Stale { .. } => {}
        }
        self.seen.retain(|run| *run > last.run);
        Ok(())
    }

    /// Keeps what is to be kept of a run that is over.
    async fn meet(&mut self, run: &RunSummary, now: Timestamp) -> Result<(), Error> {
        if run.summary.status.is_open() || self.seen.contains(&run.run) {
            return Ok(());
        }
        if facts_of(&*self.store, run.run).await?.is_none() {
            match keep(&*self.store, run.run, now).await {
                // What is not over after all is met again.
                Ok(None) | Err(KeepError::Busy(_) | KeepError::Ending(_)) => return Ok(()),
                Ok(Some(_)) => {}
                Err(KeepError::Store(why)) => return Err(why),
                Err(KeepError::Corrupt(why)) => {
                    tracing::error!(run = %run.run, %why, "no findings and no facts of this run: its journal can not be read");
                }
            }
        }
        self.seen.insert(run.run);
        Ok(())
    }
}
