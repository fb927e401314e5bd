//! What a printed report shows beside the run: kept elsewhere and changing after the run is over, so that it is never part
//! of [`RunReport`](super::RunReport), which is the same to the byte whenever it is made.

use super::Issued;
use crate::base::{LinkName, Millis, TargetName, Text, Timestamp};

/// What is known of a run's report from anywhere but its journal; gathered by whoever has the store, shown by
/// [`Document::of`](super::Document::of). The empty one belongs to a report made from the journal alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aside {
    /// The newest issued version, and who signed it.
    pub issue: Option<Issued>,
    /// Findings of the same runbook that were not closed when the run was declared.
    pub open_before: Vec<OpenBefore>,
    /// Regulation profiles that hold where the runbook belongs.
    pub regulations: Vec<Profile>,
    /// What was measured around the run of the links that it measured, as far as that is still kept.
    pub losses: Vec<LossSeries>,
}

/// What would have been lost of a link's data, over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossSeries {
    /// The link.
    pub link: LinkName,
    /// Where it was measured.
    pub standby: TargetName,
    /// Tolerated loss.
    pub rpo: Option<Millis>,
    /// Measurements that are further apart belong to different looks.
    pub gap: Millis,
    /// The measurements in order of time; `None` where nobody could say.
    pub points: Vec<(Timestamp, Option<Millis>)>,
}

/// A finding that was open when a run was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBefore {
    /// What was seen.
    pub what: Text,
    /// The unit or service; empty for the runbook as a whole.
    pub subject: String,
    /// How grave it is.
    pub severity: Text,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The day by which it is to be put right.
    pub due: Option<String>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Where it stands now.
    pub stands: Text,
}

/// What a regulation profile asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub title: Text,
    /// Where that is known from.
    pub source: Text,
    /// The longest recovery time.
    pub rto: Option<Millis>,
    /// The one that is advised.
    pub advised: Option<Millis>,
    /// Its clauses.
    pub clauses: Vec<Regulation>,
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regulation {
    /// How it is cited.
    pub clause: String,
    /// What it asks, in our words.
    pub asks: Text,
    /// Sections of the document that show it, by their ids.
    pub shown_in: Vec<String>,
}
