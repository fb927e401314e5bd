//! An issued version of a report, as the report itself shows it: its number and its signatures.

use serde::{Deserialize, Serialize};

use super::words::{Word, pick};
use crate::base::{Digest, Lang, RoleName, Timestamp};
use crate::run::Actor;

/// A version of a report that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// From 1.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Why it was issued anew; empty for the first.
    pub reason: String,
    /// SHA-256 of its JSON.
    pub digest: Digest,
    /// Whether the report at hand is that version. It is not when the journal has grown since, such as by a corrected milestone.
    pub current: bool,
    /// In the order signed.
    pub signatures: Vec<Signature>,
}

/// A box of the sign-off, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignBox {
    /// 작성.
    Author,
    /// 검토.
    Reviewer,
    /// 승인.
    Approver,
}

/// A signed box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Which box.
    pub part: SignBox,
    /// Who, with the roles held and the door.
    pub by: Actor,
    /// The role that it was signed in.
    pub role: RoleName,
    /// When.
    pub at: Timestamp,
    /// When the signer had last shown again who that is.
    pub confirmed_at: Timestamp,
    /// SHA-256 of what was signed: the version's JSON.
    pub digest: Digest,
    /// Said with it.
    pub comment: String,
}

impl SignBox {
    /// All, in the order in which they are signed.
    pub const ALL: [Self; 3] = [Self::Author, Self::Reviewer, Self::Approver];

    /// A stable word for programs.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
        }
    }

    /// The box with this word.
    pub fn from_keyword(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.keyword() == word)
    }
}

impl Word for SignBox {
    fn word(&self, lang: Lang) -> &'static str {
        match self {
            Self::Author => pick(lang, "작성", "Prepared"),
            Self::Reviewer => pick(lang, "검토", "Reviewed"),
            Self::Approver => pick(lang, "승인", "Approved"),
        }
    }
}
