//! What a report shows beside its run, out of the records of the store.

use engine::base::RunId;
use engine::report::Aside;
use engine::store::{Error, Store, Stored};

/// Everything that is known of a run's report from anywhere but its journal: the one place where it is gathered, for the
/// console, the API and the command line.
pub async fn aside(store: &dyn Store, run: RunId, stored: &Stored) -> Result<Aside, Error> {
    let _ = (store, run, stored);
    Ok(Aside {})
}
