//! The rows of a long journal, handed over page by page: while one page is worked on the next is read, and none is kept.

use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::{JoinError, spawn_blocking};

use super::{Error, Store};
use crate::base::RunId;
use crate::run::Row;

/// Rows of a page.
const PAGE: u32 = 4_096;
/// Pages that are read ahead at most.
const AHEAD: usize = 2;

/// Rows of a run in order, for work that may wait for them. It ends where the journal ends, or where the store failed; whoever
/// opened it is told of that.
#[derive(Debug)]
pub struct Rows {
    pages: Receiver<Vec<Row>>,
    page: std::vec::IntoIter<Row>,
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(row);
            }
            self.page = self.pages.blocking_recv()?.into_iter();
        }
    }
}

/// Does work on the rows of a run off the async threads. What it gives is given back only where it had all rows that it asked for;
/// an error inside where the work itself broke off.
pub async fn with_rows<T: Send + 'static>(
    store: &(impl Store + ?Sized),
    run: RunId,
    work: impl FnOnce(Rows) -> T + Send + 'static,
) -> Result<Result<T, JoinError>, Error> {
    let (sender, pages) = channel(AHEAD);
    let work = spawn_blocking(move || work(Rows { pages, page: Vec::new().into_iter() }));
    let mut read = 0;
    loop {
        let page = store.rows_after(run, read, PAGE).await?;
        let Some(last) = page.last() else { break };
        read = last.seq;
        let is_last = page.len() < PAGE as usize;
        // Work that has given up wants no more.
        if sender.send(page).await.is_err() || is_last {
            break;
        }
    }
    drop(sender);
    Ok(work.await)
}
