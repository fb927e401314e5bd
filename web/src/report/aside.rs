//! What a report shows beside its run, out of the records of the store.

use engine::evidence::issue::issued;
use engine::report::{Aside, RunReport};
use engine::store::{Error, Store};
use engine::{replication, review};

/// Everything that is known of a run's report from anywhere but its journal: the one place where it is gathered, for the
/// console, the API and the command line.
pub async fn aside(store: &dyn Store, report: &RunReport) -> Result<Aside, Error> {
    let run = report.cover.run;
    let newest = issued(store, run).await?.pop();
    Ok(Aside {
        // The report at hand is the issued one as long as the journal ends where it did then.
        issue: newest.map(|found| found.value.note(found.value.head == report.integrity.head)),
        losses: replication::around(store, report).await?,
        open_before: review::open_before(store, &report.cover).await?,
        regulations: review::regulations(store, run).await?,
    })
}
