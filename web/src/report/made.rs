//! The report of a run, out of the store.

use engine::base::{Bilingual as _, RunId, Timestamp};
use engine::report::{Extent, RunReport};
use engine::store::{Store, with_rows};

use crate::error::Error;

/// Makes the report of a run as of `now`, off the async threads and with no more of its journal in memory than two pages: long
/// journals take long. The one way for console, API and command line.
pub async fn made(store: &dyn Store, run: RunId, now: Timestamp, extent: Extent) -> Result<RunReport, Error> {
    let frozen = store.frozen(run).await?;
    let work =
        with_rows(store, run, move |rows| RunReport::to_extent(run, &frozen.plan, &frozen.source, rows, now, extent));
    let report = work.await?.map_err(|why| Error::Internal(why.to_string()))?;
    report.map_err(|why| Error::Corrupt(why.text()))
}
