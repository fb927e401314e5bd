//! What a spreadsheet does not say, or says in a way that can not be used.

use serde::Serialize;

use super::columns;
use crate::base::Text;

/// Kinds of gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum GapCode {
    /// Nobody is named for a task.
    #[serde(rename = "I01")]
    Owner,
    /// A task without a duration, or with one that can not be read.
    #[serde(rename = "I02")]
    Minutes,
    /// Nothing says how it is seen that a task worked.
    #[serde(rename = "I03")]
    Check,
    /// Neither a command nor words for a person.
    #[serde(rename = "I04")]
    Work,
    /// A predecessor that is not there.
    #[serde(rename = "I05")]
    Needs,
    /// No system is named for a command.
    #[serde(rename = "I06")]
    Target,
    /// A number that two tasks have.
    #[serde(rename = "I07")]
    Number,
    /// A row without a task, which was left out.
    #[serde(rename = "I08")]
    Row,
    /// A column that the sheet does not have at all.
    #[serde(rename = "I09")]
    Column,
    /// A text that is taken as words for a person, although it might have been meant otherwise.
    #[serde(rename = "I10")]
    Words,
}

impl GapCode {
    /// The code.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Owner => "I01",
            Self::Minutes => "I02",
            Self::Check => "I03",
            Self::Work => "I04",
            Self::Needs => "I05",
            Self::Target => "I06",
            Self::Number => "I07",
            Self::Row => "I08",
            Self::Column => "I09",
            Self::Words => "I10",
        }
    }
}

/// A cell of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// The row as the spreadsheet program numbers it, from 1.
    pub row: u32,
    /// Its letters; none where the sheet has no such column.
    pub column: Option<String>,
}

impl Spot {
    pub(super) fn new(row: u32, place: Option<usize>) -> Self {
        Self { row, column: place.map(columns::letters) }
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{column}{}", self.row),
            None => write!(f, "{}", self.row),
        }
    }
}

/// One gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Its kind.
    pub code: GapCode,
    /// Where.
    pub at: Spot,
    /// The unit of the draft that it is about.
    pub unit: Option<String>,
    /// What is missing.
    pub message: Text,
    /// What the draft has in its stead, and what to do.
    pub help: Text,
}
