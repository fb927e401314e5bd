//! Making the report of a run.

use engine::base::{Bilingual as _, RunId};
use engine::report::{self, RunReport};

use crate::app::App;
use crate::error::Error;

/// Loads a run and makes its report, off the async threads: long journals take long.
pub(super) async fn made(app: &App, run: RunId) -> Result<RunReport, Error> {
    let stored = app.engine.store().load(run).await?;
    let now = app.clock.now();
    let work = tokio::task::spawn_blocking(move || {
        RunReport::of(run, &stored.frozen.plan, &stored.frozen.source, &stored.rows, now)
    });
    let done: Result<RunReport, report::Error> = work.await.map_err(|why| Error::Internal(why.to_string()))?;
    done.map_err(|why| Error::Corrupt(why.text()))
}
