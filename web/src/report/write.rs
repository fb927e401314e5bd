//! A report from the store to the file.

use engine::base::{Lang, RunId, Timestamp};
use engine::store::Store;
use paper::pdf::Press;
use tokio::task::spawn_blocking;

use super::{Draft, Format, aside, made};
use crate::error::Error;

/// A file of a report, and the number of its document.
#[derive(Debug)]
pub struct Written {
    /// The number, of letters, digits and hyphens.
    pub document_no: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Writes the report of a run in a form: the one way for console, API and command line. The report is given back before the
/// press begins, since together they would hold several times the memory.
pub async fn write(
    store: &dyn Store,
    run: RunId,
    now: Timestamp,
    format: Format,
    lang: Lang,
    press: &Press,
) -> Result<Written, Error> {
    let report = made(store, run, now, format.extent()).await?;
    let aside = aside(store, &report).await?;
    let document_no = report.cover.document_no.clone();
    let draft = spawn_blocking(move || Draft::of(&report, &aside, format, lang));
    let draft = draft.await.map_err(|why| Error::Internal(why.to_string()))??;
    Ok(Written { document_no, bytes: draft.finish(press).await? })
}
