//! Making the report of a run.

use engine::base::RunId;
use engine::report::{Aside, Extent, RunReport};
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::error::Error;
use crate::report;

/// Makes the report of a run and what is wanted of it, off the async threads.
pub(crate) async fn made<T: Send + 'static>(
    app: &App,
    run: RunId,
    wanted: impl FnOnce(&RunReport) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let report = app.reports.report(&**app.engine.store(), run, app.clock.now(), Extent::Whole).await?;
    off(move || wanted(&report)).await
}

/// The same for a report to be read by people: with what is known of it beside its run.
pub(crate) async fn printed<T: Send + 'static>(
    app: &App,
    run: RunId,
    wanted: impl FnOnce(&RunReport, &Aside) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let store = &**app.engine.store();
    let report = app.reports.report(store, run, app.clock.now(), Extent::Reading).await?;
    let aside = report::aside(store, &report).await?;
    off(move || wanted(&report, &aside)).await
}

async fn off<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    spawn_blocking(work).await.map_err(|why| Error::Internal(why.to_string()))?
}
