//! What a report shows beside its run, out of the records of the store.

use engine::base::RunId;
use engine::evidence::issue::issued;
use engine::report::Aside;
use engine::store::{Error, Store, Stored};
use engine::{replication, review};

/// Everything that is known of a run's report from anywhere but its journal: the one place where it is gathered, for the
/// console, the API and the command line.
pub async fn aside(store: &dyn Store, run: RunId, stored: &Stored) -> Result<Aside, Error> {
    // The report at hand is the issued one as long as the journal ends where it did then.
    let end = stored.rows.last().map(|row| row.hash);
    let newest = issued(store, run).await?.pop();
    let issue = newest.map(|found| found.value.note(Some(found.value.head) == end));
    let losses = replication::around(store, &stored.rows).await?;
    let Some(about) = review::about(run, stored) else { return Ok(Aside { issue, losses, ..Aside::default() }) };
    Ok(Aside {
        issue,
        losses,
        open_before: review::open_before(store, &about).await?,
        regulations: review::regulations(store, &about).await?,
    })
}
