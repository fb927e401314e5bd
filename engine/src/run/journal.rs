//! Rows of the journal and the chain that binds them.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::base::{Digest, Hasher, RunId, Timestamp};

/// A row of the journal as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Place in the run's journal, from 1, without gaps.
    pub seq: u64,
    /// When it was recorded; never earlier than the row before.
    pub at: Timestamp,
    /// The event as JSON, exactly these bytes.
    pub event: String,
    /// SHA-256 over the digest of the row before, the run, `seq`, `at` and `event`.
    pub hash: Digest,
}

/// The end of a chain: what the next row is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last row's place; 0 before the first.
    pub seq: u64,
    /// The last row's digest.
    pub hash: Digest,
}

/// Why a journal is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// A row is missing, doubled or out of place.
    #[error("row {wanted} of the journal is missing: row {found} follows row {}", wanted - 1)]
    Gap {
        /// The place that should come.
        wanted: u64,
        /// The place that came.
        found: u64,
    },
    /// A row was changed after it was written, or one before it was.
    #[error("row {seq} of the journal does not fit the chain: it or its time was changed after it was written")]
    Changed {
        /// The first row that does not fit.
        seq: u64,
    },
    /// A row that fits the chain holds no event of this engine.
    #[error("row {seq} of the journal can not be read: {why}")]
    Unreadable {
        /// The row.
        seq: u64,
        /// What the reader said.
        why: String,
    },
}

impl Head {
    /// Before the first row.
    pub const START: Self = Self { seq: 0, hash: Digest::ZERO };

    /// Binds an event to the chain and moves the head past it.
    pub fn seal(&mut self, run: RunId, at: Timestamp, event: &Event) -> Result<Row, serde_json::Error> {
        let event = serde_json::to_string(event)?;
        let seq = self.seq + 1;
        let hash = link(self.hash, run, seq, at, &event);
        *self = Self { seq, hash };
        Ok(Row { seq, at, event, hash })
    }

    /// Checks that a row is the next of the chain, reads its event and moves the head past it.
    pub fn accept(&mut self, run: RunId, row: &Row) -> Result<Event, BrokenChain> {
        if row.seq != self.seq + 1 {
            return Err(BrokenChain::Gap { wanted: self.seq + 1, found: row.seq });
        }
        if link(self.hash, run, row.seq, row.at, &row.event) != row.hash {
            return Err(BrokenChain::Changed { seq: row.seq });
        }
        let event = serde_json::from_str(&row.event)
            .map_err(|why| BrokenChain::Unreadable { seq: row.seq, why: why.to_string() })?;
        *self = Self { seq: row.seq, hash: row.hash };
        Ok(event)
    }
}

fn link(before: Digest, run: RunId, seq: u64, at: Timestamp, event: &str) -> Digest {
    Hasher::default()
        .part(&before.0)
        .part(run.0.as_bytes())
        .part(&seq.to_be_bytes())
        .part(&at.0.to_be_bytes())
        .part(event.as_bytes())
        .finish()
}
