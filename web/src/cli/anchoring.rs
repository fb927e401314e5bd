//! Anchors beside the console: the head of every run that is over goes to a file, as long as the process lives.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::base::RunId;
use engine::evidence::{Anchor, Chain};
use engine::run::Head;
use engine::store::{self, DeedChain, DeedQuery, RunFilter, Store};
use tokio_util::sync::CancellationToken;

use super::anchor::{anchors_in, append};
use super::failure::Failure;

/// Between two looks.
const PACE: Duration = Duration::from_secs(1);
/// Runs on one page of the newest.
const PAGE: u32 = 50;

/// Writes anchors into one file.
#[derive(Debug)]
pub(super) struct Anchoring {
    store: Arc<dyn Store>,
    file: PathBuf,
    /// The last row of each run that is anchored already.
    known: BTreeMap<RunId, u64>,
    counter: Option<u64>,
}

impl Anchoring {
    /// Reads what the file holds already; one that can not be written to is told at once, not when a run is over.
    pub(super) fn open(store: Arc<dyn Store>, file: PathBuf) -> Result<Self, Failure> {
        append(&file, &[]).map_err(|cause| super::failure::on_file(&file, &cause))?;
        let written =
            if std::fs::metadata(&file).is_ok_and(|about| about.len() > 0) { anchors_in(&file)? } else { Vec::new() };
        let mut known = BTreeMap::new();
        for anchor in written {
            match anchor.chain {
                Chain::Run(run) => {
                    let rows = known.entry(run).or_insert(anchor.rows);
                    *rows = anchor.rows.max(*rows);
                }
                Chain::Audit => {}
            }
        }
        Ok(Self { store, file, known, counter: None })
    }

    /// Anchors until it is stopped. A disk or a store that refuses is said once, and asked again.
    pub(super) async fn work(mut self, stop: CancellationToken) {
        let mut trouble = false;
        loop {
            let looked = self.look().await;
            if let (Err(why), false) = (&looked, trouble) {
                tracing::warn!(file = %self.file.display(), %why, "runs that are over are not anchored until this is mended");
            }
            trouble = looked.is_err();
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PACE) => {}
            }
        }
    }

    /// Anchors what is over and has grown since it was anchored.
    async fn look(&mut self) -> Result<(), Trouble> {
        let counter = self.store.change_counter().await?;
        if self.counter == Some(counter) {
            return Ok(());
        }
        let mut before = None;
        loop {
            let page = self.store.runs(RunFilter { before, limit: PAGE, ..RunFilter::default() }).await?;
            let mut news = false;
            for run in &page {
                let anchored = self.known.get(&run.run).copied().unwrap_or_default();
                if run.summary.ended_at.is_some() && anchored < run.seq {
                    self.anchor(run.run).await?;
                    news = true;
                }
                // One that goes on may have older ones behind it that have ended.
                news |= run.summary.ended_at.is_none();
            }
            before = page.last().map(|run| run.run);
            if !news || page.len() < PAGE as usize {
                break;
            }
        }
        self.counter = Some(counter);
        Ok(())
    }

    async fn anchor(&mut self, run: RunId) -> Result<(), Trouble> {
        let place = self.known.get(&run).copied().unwrap_or_default();
        let mut last = None;
        // Rows behind the known place: a handful, or at first the whole journal in pages.
        let mut after = place;
        loop {
            let rows = self.store.rows_after(run, after, 1_000).await?;
            let Some(row) = rows.last() else { break };
            after = row.seq;
            last = Some(Head { seq: row.seq, hash: row.hash });
        }
        let Some(head) = last else { return Ok(()) };
        let now = self.store.now().await?;
        let newest = self.store.deeds(DeedQuery { newest_first: true, limit: 1, ..DeedQuery::default() }).await?;
        let log = newest.first().map_or(DeedChain::START, |row| DeedChain { seq: row.seq, hash: row.hash });
        append(&self.file, &[Anchor::of_journal(run, head, now), Anchor::of_audit(log, now)])?;
        self.known.insert(run, head.seq);
        Ok(())
    }
}

/// Why nothing was anchored.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("the file of anchors can not be written: {0}")]
    File(#[from] io::Error),
}
