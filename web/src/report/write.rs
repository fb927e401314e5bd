//! A report from the store to the file.

use engine::base::{Bilingual as _, Lang, RunId, Timestamp};
use engine::report::RunReport;
use engine::store::Store;
use paper::pdf::Press;
use tokio::task::spawn_blocking;

use super::{Draft, Format, aside};
use crate::error::Error;

/// A file of a report, and the number of its document.
#[derive(Debug)]
pub struct Written {
    /// The number, of letters, digits and hyphens.
    pub document_no: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Writes the report of a run in a form: the one way for console, API and command line. Off the async threads, since long
/// journals take long; and the journal is given back row by row, the report before the press begins, since together they would
/// hold several times the memory.
pub async fn write(
    store: &dyn Store,
    run: RunId,
    now: Timestamp,
    format: Format,
    lang: Lang,
    press: &Press,
) -> Result<Written, Error> {
    let stored = store.load(run).await?;
    let aside = aside(store, run, &stored).await?;
    let drafted = spawn_blocking(move || {
        let (frozen, rows) = (stored.frozen, stored.rows);
        let report = RunReport::of(run, &frozen.plan, &frozen.source, rows, now);
        let report = report.map_err(|why| Error::Corrupt(why.text()))?;
        let document_no = report.cover.document_no.clone();
        Ok::<_, Error>((Draft::of(&report, &aside, format, lang)?, document_no))
    });
    let (draft, document_no) = drafted.await.map_err(|why| Error::Internal(why.to_string()))??;
    Ok(Written { document_no, bytes: draft.finish(press).await? })
}
