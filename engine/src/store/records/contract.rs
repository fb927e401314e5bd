//! What a keeper of records promises.

use async_trait::async_trait;

use super::{Deed, DeedQuery, RecordedDeed};
use crate::base::{Digest, Timestamp};
use crate::store::Error;

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Unique among the entries of its kind.
    pub id: String,
    /// From 1, greater by one with every change.
    pub version: u64,
    /// What it is looked up by beside its id; empty for none.
    pub group: String,
    /// When somebody is to look at it, for queues.
    pub due: Option<Timestamp>,
    /// JSON.
    pub body: String,
    /// When it was changed last, by the caller's clock.
    pub at: Timestamp,
}

/// One change to one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Makes an entry or replaces it.
    Put {
        /// Its kind.
        kind: &'static str,
        /// Its id.
        id: String,
        /// The version that the caller saw; 0: it must not be there.
        expected: u64,
        /// What it is looked up by.
        group: String,
        /// When somebody is to look at it.
        due: Option<Timestamp>,
        /// JSON.
        body: String,
    },
    /// Removes an entry.
    Remove {
        /// Its kind.
        kind: &'static str,
        /// Its id.
        id: String,
        /// The version that the caller saw.
        expected: u64,
    },
}

/// What came of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "changes that were not made must be judged anew"]
pub enum Changed {
    /// All were made.
    Done,
    /// None was made, and no deed recorded: this entry is not as the caller saw it.
    Stale {
        /// Its kind.
        kind: &'static str,
        /// Its id.
        id: String,
    },
}

/// Which entries to list, in order of their ids.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only of this group.
    pub group: Option<String>,
    /// Only those that come after this id in the order asked for (exclusive), for paging.
    pub after: Option<String>,
    /// Greatest id first.
    pub newest_first: bool,
    /// At most so many; 0 means 1,000.
    pub limit: u32,
}

impl Query {
    /// All of one group, up to the limit.
    pub fn group(group: impl Into<String>) -> Self {
        Self { group: Some(group.into()), ..Self::default() }
    }
}

/// Entries, contents and deeds. Every method has its whole effect, durably, or none.
#[async_trait]
pub trait Records: Send + Sync + std::fmt::Debug {
    /// Makes changes and records deeds, all or nothing. `at` is kept with each entry.
    async fn change(&self, at: Timestamp, changes: Vec<Change>, deeds: Vec<Deed>) -> Result<Changed, Error>;

    /// One entry.
    async fn entry(&self, kind: &'static str, id: &str) -> Result<Option<Entry>, Error>;

    /// Entries of a kind.
    async fn entries(&self, kind: &'static str, query: Query) -> Result<Vec<Entry>, Error>;

    /// Entries whose `due` is not after `now`, earliest first, at most `limit`.
    async fn due(&self, kind: &'static str, now: Timestamp, limit: u32) -> Result<Vec<Entry>, Error>;

    /// Keeps a content, once however often it is given, and gives its SHA-256.
    async fn keep(&self, bytes: Vec<u8>) -> Result<Digest, Error>;

    /// A content.
    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, Error>;

    /// Recorded deeds, in the order asked for.
    async fn deeds(&self, query: DeedQuery) -> Result<Vec<RecordedDeed>, Error>;
}

/// What [`Query::limit`] means in numbers.
pub(in super::super) fn limit(asked: u32) -> i64 {
    const MOST: u32 = 1_000;
    i64::from(if asked == 0 { MOST } else { asked })
}
