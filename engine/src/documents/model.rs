//! What a document is.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Unfit;
use super::search::plain;
use crate::base::{Day, OrgId, RunId, Timestamp, UserName};
use crate::run::EvidenceFile;
use crate::store::Kept;

/// Longest title, in characters.
pub(super) const TITLE: usize = 200;
/// Longest summary, in characters.
pub(super) const SUMMARY: usize = 4_000;
/// Most owners.
const OWNERS: usize = 20;
/// Longest name of an owner, in characters.
const OWNER: usize = 80;
/// Most files.
pub(super) const FILES: usize = 20;

/// A document, the same through all its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub Uuid);

impl std::fmt::Display for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for DocumentId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is being written.
    Draft,
    /// It is being looked through.
    InReview,
    /// It counts.
    Published,
    /// It counts no more.
    Retired,
}

impl Standing {
    /// All, in the order of a document's life.
    pub const ALL: [Self; 4] = [Self::Draft, Self::InReview, Self::Published, Self::Retired];

    /// A stable word for programs.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    /// The standing with this word.
    pub fn from_keyword(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.keyword() == word)
    }

    /// Whether only who approves may bring a document there: what counts, and what no longer does.
    pub const fn is_decided(self) -> bool {
        match self {
            Self::Draft | Self::InReview => false,
            Self::Published | Self::Retired => true,
        }
    }
}

/// What a person writes of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its title.
    pub title: String,
    /// What is in it.
    pub summary: String,
    /// Where it belongs; `None` is the top of the tree.
    pub organisation: Option<OrgId>,
    /// Where it stands.
    pub standing: Standing,
    /// The first day that it is about.
    pub from: Option<Day>,
    /// The last one.
    pub until: Option<Day>,
    /// The day by which it is to be brought up to date.
    pub update_by: Option<Day>,
    /// Who looks after it.
    pub owners: Vec<String>,
    /// Its files.
    pub files: Vec<EvidenceFile>,
}

impl Draft {
    /// What of it can not be kept.
    pub fn fit(&self) -> Result<(), Unfit> {
        let long = |text: &str, most: usize| text.chars().count() > most;
        if self.title.trim().is_empty() {
            return Err(Unfit::NoTitle);
        }
        let owners = self.owners.len() > OWNERS || self.owners.iter().any(|owner| long(owner, OWNER));
        if long(&self.title, TITLE) || long(&self.summary, SUMMARY) || owners {
            return Err(Unfit::TooLong);
        }
        if self.files.len() > FILES {
            return Err(Unfit::TooManyFiles(FILES));
        }
        if self.owners.is_empty() {
            return Err(Unfit::NoOwner);
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if until < from => Err(Unfit::Period),
            _ => Ok(()),
        }
    }
}

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Which.
    pub id: DocumentId,
    /// Its version, from 1.
    pub number: u32,
    /// What is written of it.
    pub draft: Draft,
    /// Who made it.
    pub author: UserName,
    /// When.
    pub made_at: Timestamp,
    /// Who made this version.
    pub changed_by: UserName,
    /// When.
    pub changed_at: Timestamp,
    /// What was changed, in that person's words.
    pub note: String,
    /// The run and the issued version of its report that it was filed for.
    pub report: Option<(RunId, u32)>,
}

/// Whether a document is to be brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// No day is set, or it counts no more.
    None,
    /// On a day to come.
    Planned(Day),
    /// The day is past.
    Overdue(Day),
}

impl Document {
    /// Whether it is to be brought up to date, as of a day.
    pub fn update(&self, today: Day) -> Update {
        match (self.draft.standing, self.draft.update_by) {
            (Standing::Retired, _) | (_, None) => Update::None,
            (Standing::Draft | Standing::InReview | Standing::Published, Some(day)) if day < today => {
                Update::Overdue(day)
            }
            (Standing::Draft | Standing::InReview | Standing::Published, Some(day)) => Update::Planned(day),
        }
    }

    /// Everything that it can be found by.
    fn words(&self) -> String {
        let Draft { title, summary, owners, files, organisation, .. } = &self.draft;
        let mut words = format!("{title}\n{summary}\n{}\n", self.author);
        words.extend(owners.iter().map(|owner| format!("{owner}\n")));
        words.extend(files.iter().map(|file| format!("{}\n", file.name.as_str())));
        words.extend(organisation.iter().map(|organisation| format!("{organisation}\n")));
        words
    }
}

/// A document with all that it can be found by, as [`super::search`] compares it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Shelved {
    pub document: Document,
    pub words: String,
}

impl Shelved {
    pub(super) fn of(document: Document) -> Self {
        Self { words: plain(&document.words()), document }
    }
}

impl Kept for Shelved {
    const KIND: &'static str = "document";

    fn id(&self) -> String {
        self.document.id.to_string()
    }
}

/// A version of a document that nothing changes any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Past(pub Document);

impl Kept for Past {
    const KIND: &'static str = "document-version";

    fn id(&self) -> String {
        format!("{}/{:06}", self.0.id, self.0.number)
    }

    fn group(&self) -> String {
        self.0.id.to_string()
    }
}
