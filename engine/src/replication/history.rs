//! What was measured around a run of the links that it measured itself.

use std::collections::BTreeSet;

use super::Watched;
use crate::base::{Millis, Timestamp};
use crate::report::{LossSeries, ReadingLine, RunReport};
use crate::store::{Error, Store, find};

/// How long before a run its picture begins.
const BEFORE: Millis = Millis::minutes(30);
/// Measurements of one link that are read: a day of one every five seconds.
const MOST: u32 = 17_280;
/// Rounds that may be missed before a line is broken, and what is allowed for the measuring itself.
const ROUNDS: u64 = 3;
const PATIENCE: Millis = Millis::seconds(30);

/// The losses of every link that a run measured, from half an hour before it was declared to its end. Measurements are kept for
/// seven days: of an older run there are none.
pub async fn around(store: &dyn Store, report: &RunReport) -> Result<Vec<LossSeries>, Error> {
    let cover = &report.cover;
    let from = Timestamp(cover.declared_at.0.saturating_sub(i64::try_from(BEFORE.0).unwrap_or(i64::MAX)));
    let mut all = Vec::new();
    let named = |line: &ReadingLine| (line.reading.link.clone(), line.reading.standby.clone());
    let measured: BTreeSet<_> = report.replication.iter().map(named).collect();
    for (link, standby) in measured {
        let series = format!("{link}/{standby}");
        let samples = store.samples(&series, from, MOST).await?;
        let points: Vec<(Timestamp, Option<Millis>)> = samples
            .into_iter()
            .take_while(|sample| sample.at <= cover.as_of_at)
            .map(|sample| (sample.at, sample.loss))
            .collect();
        let Some(watched) = find::<Watched>(store, &series).await?.map(|found| found.value) else { continue };
        let gap = watched.gap();
        all.push(LossSeries { link, standby, rpo: watched.rpo, gap, points });
    }
    Ok(all)
}

impl Watched {
    /// Measurements that are further apart were not made one after the other.
    pub const fn gap(&self) -> Millis {
        Millis(self.every.0.saturating_mul(ROUNDS).saturating_add(PATIENCE.0))
    }
}
