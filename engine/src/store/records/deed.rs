//! Who did what: one chain for all doors.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::{Bilingual, Digest, Hasher, RequestId, Timestamp, UserName};
use crate::run::Actor;

/// Something that somebody did or tried to do. Secrets never stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// For whom, where somebody acts in another's place.
    pub on_behalf_of: Option<UserName>,
    /// Where it came from: an address, of a program followed by its token's name, or `host` for the command line.
    pub origin: String,
    /// What, as a stable word for programs: `user.add`, `run.declare`, `gate.vote`.
    pub act: String,
    /// To what: `user/kim`, `run/UUID`.
    pub object: String,
    /// How it was before, where something was changed.
    pub before: Option<Value>,
    /// How it is afterwards.
    pub after: Option<Value>,
    /// What came of it.
    pub outcome: DeedOutcome,
    /// Why, in that person's words.
    pub reason: String,
}

/// What came of a deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DeedOutcome {
    /// It was done, in the same transaction as this entry.
    Done,
    /// It was put before the owner of a run; the answer is found by the request.
    Asked {
        /// The request.
        request: RequestId,
    },
    /// It was refused.
    Refused {
        /// Why, as a stable word.
        code: String,
    },
}

impl DeedOutcome {
    /// A stable word for lists and filters.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Asked { .. } => "asked",
            Self::Refused { .. } => "refused",
        }
    }
}

/// A deed as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedDeed {
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// The deed as JSON, exactly these bytes.
    pub entry: String,
    /// SHA-256 over the hash of the deed before, `seq` and `entry`.
    pub hash: Digest,
}

/// Which deeds to list.
#[derive(Debug, Clone, Default)]
pub struct DeedQuery {
    /// Only of this person.
    pub by: Option<UserName>,
    /// Only acts that begin with this.
    pub act: Option<String>,
    /// Only about this object.
    pub object: Option<String>,
    /// Only with this outcome, by its keyword.
    pub outcome: Option<String>,
    /// Only from this instant on.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub until: Option<Timestamp>,
    /// Only those that come after this place in the order asked for (exclusive), for paging.
    pub after: Option<u64>,
    /// Newest first.
    pub newest_first: bool,
    /// At most so many; 0 means 1,000.
    pub limit: u32,
}

/// Why the log of deeds is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenDeeds {
    /// A row is missing, doubled or out of place.
    #[error("row {wanted} of the audit log is missing: row {found} comes in its place")]
    Gap {
        /// The place that should come.
        wanted: u64,
        /// The place that came.
        found: u64,
    },
    /// A row was changed after it was written, or one before it was.
    #[error("row {seq} of the audit log does not fit the chain: it was changed after it was written")]
    Changed {
        /// The first row that does not fit.
        seq: u64,
    },
    /// A row that fits the chain is not found by what its deed says: a column beside the entry was changed.
    #[error(
        "row {seq} of the audit log is whole, but a search does not find it: a column beside its entry was changed"
    )]
    Columns {
        /// The row.
        seq: u64,
    },
    /// A row that fits the chain holds no deed.
    #[error("row {seq} of the audit log can not be read: {why}")]
    Unreadable {
        /// The row.
        seq: u64,
        /// What the reader said.
        why: String,
    },
}

impl Bilingual for BrokenDeeds {
    fn ko(&self) -> String {
        match self {
            Self::Gap { wanted, found } => format!("감사 기록의 {wanted}행이 없습니다. 그 자리에 {found}행이 있습니다"),
            Self::Changed { seq } => {
                format!("감사 기록의 {seq}행이 사슬에 맞지 않습니다. 기록된 뒤에 바뀌었습니다")
            }
            Self::Columns { seq } => {
                format!("감사 기록의 {seq}행은 온전하지만 찾을 수 없습니다. 기록 옆의 열이 바뀌었습니다")
            }
            Self::Unreadable { seq, why } => format!("감사 기록의 {seq}행을 읽을 수 없습니다: {why}"),
        }
    }
}

/// The end of the chain: what the next deed is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeedChain {
    /// Place of the last row; 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

impl DeedChain {
    /// Before the first deed.
    pub const START: Self = Self { seq: 0, hash: Digest::ZERO };

    /// Binds a deed to the chain and moves its end past it.
    pub fn seal(&mut self, deed: &Deed) -> Result<RecordedDeed, serde_json::Error> {
        let entry = serde_json::to_string(deed)?;
        let seq = self.seq + 1;
        let hash = link(self.hash, seq, &entry);
        *self = Self { seq, hash };
        Ok(RecordedDeed { seq, entry, hash })
    }

    /// Checks that a row is the next of the chain, reads its deed and moves the end past it.
    pub fn accept(&mut self, row: &RecordedDeed) -> Result<Deed, BrokenDeeds> {
        if row.seq != self.seq + 1 {
            return Err(BrokenDeeds::Gap { wanted: self.seq + 1, found: row.seq });
        }
        if link(self.hash, row.seq, &row.entry) != row.hash {
            return Err(BrokenDeeds::Changed { seq: row.seq });
        }
        let deed = serde_json::from_str(&row.entry)
            .map_err(|why| BrokenDeeds::Unreadable { seq: row.seq, why: why.to_string() })?;
        *self = Self { seq: row.seq, hash: row.hash };
        Ok(deed)
    }
}

fn link(before: Digest, seq: u64, entry: &str) -> Digest {
    Hasher::default().part(&before.0).part(&seq.to_be_bytes()).part(entry.as_bytes()).finish()
}
