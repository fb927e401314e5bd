//! Making the report of a run.

use engine::base::{Bilingual as _, RunId};
use engine::report::{Aside, RunReport};
use engine::store::Stored;

use crate::app::App;
use crate::error::Error;
use crate::report::aside;

/// Loads a run, makes its report and what is wanted of it, off the async threads: long journals take long.
pub(crate) async fn made<T: Send + 'static>(
    app: &App,
    run: RunId,
    wanted: impl FnOnce(&RunReport) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let stored = app.engine.store().load(run).await?;
    of(app, run, stored, wanted).await
}

/// The same for a report to be read by people: with what is known of it beside its run.
pub(crate) async fn printed<T: Send + 'static>(
    app: &App,
    run: RunId,
    wanted: impl FnOnce(&RunReport, &Aside) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let stored = app.engine.store().load(run).await?;
    let aside = aside(&**app.engine.store(), run, &stored).await?;
    of(app, run, stored, move |report| wanted(report, &aside)).await
}

async fn of<T: Send + 'static>(
    app: &App,
    run: RunId,
    stored: Stored,
    wanted: impl FnOnce(&RunReport) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let now = app.clock.now();
    let work = tokio::task::spawn_blocking(move || {
        let report = RunReport::of(run, &stored.frozen.plan, &stored.frozen.source, &stored.rows, now)
            .map_err(|why| Error::Corrupt(why.text()))?;
        wanted(&report)
    });
    work.await.map_err(|why| Error::Internal(why.to_string()))?
}
