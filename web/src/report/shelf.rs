//! Reports of runs that are over, kept while people look at them: page, files that were handed in and answers to programs are all
//! read out of the same one.

use std::sync::Arc;
use std::time::Duration;

use engine::base::{RunId, Timestamp};
use engine::report::{Extent, RunReport};
use engine::store::{RunFilter, Store};
use moka::sync::Cache;

use super::made;
use crate::error::Error;

/// Rows of journals whose reports are kept, all together. A row takes about half a kilobyte of a report.
const ROWS: u64 = 50_000;
/// How long a report is kept that nobody asks for.
const UNSEEN: Duration = Duration::from_mins(10);

/// What a report follows from: a run that is over says the same until its journal grows, as by a milestone that is corrected
/// afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    run: RunId,
    /// Place of the journal's last row.
    seq: u64,
    extent: Extent,
}

/// The reports.
#[derive(Debug)]
pub struct Shelf(Cache<Key, Arc<RunReport>>);

impl Default for Shelf {
    fn default() -> Self {
        let rows = |key: &Key, _: &Arc<RunReport>| u32::try_from(key.seq).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(rows).max_capacity(ROWS).time_to_idle(UNSEEN).build())
    }
}

impl Shelf {
    /// The report of a run as of `now`; of one that is over, the one made before.
    pub async fn report(
        &self,
        store: &dyn Store,
        run: RunId,
        now: Timestamp,
        extent: Extent,
    ) -> Result<Arc<RunReport>, Error> {
        let seen = store.runs(RunFilter::only(run)).await?.into_iter().find(|seen| seen.run == run);
        let over = seen.filter(|seen| !seen.summary.status.is_open());
        let key = over.map(|seen| Key { run, seq: seen.seq, extent });
        if let Some(report) = key.and_then(|key| self.0.get(&key)) {
            return Ok(report);
        }
        let report = Arc::new(made(store, run, now, extent).await?);
        if let Some(key) = key {
            self.0.insert(key, Arc::clone(&report));
        }
        Ok(report)
    }
}
