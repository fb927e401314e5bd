//! A finding and where it stands.

use serde::{Deserialize, Serialize};

use super::kind::{CauseCategory, FindingKind, Severity, Subject};
use crate::base::{CaseId, Day, FindingId, OrgId, RunId, RunbookId, Text, Timestamp, UserName};
use crate::plan::Mode;
use crate::store::Kept;

/// The group of findings that are not closed; waived ones are among them, since a waiver ends.
pub(super) const UNSETTLED: &str = "unsettled";
/// The group of those that a passing run has closed.
pub(super) const CLOSED: &str = "closed";

/// Something that was not as it should be, until a later run shows that it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub id: FindingId,
    /// The run that showed it.
    pub run: RunId,
    /// Its runbook.
    pub runbook: RunbookId,
    /// The runbook's name for people.
    pub title: Text,
    /// Where in the organisation; `None`: the top of the tree.
    pub organisation: Option<OrgId>,
    /// The case of the run.
    pub case: Option<CaseId>,
    /// The mode of the run.
    pub mode: Mode,
    /// What was found.
    pub kind: FindingKind,
    /// What has to pass.
    #[serde(flatten)]
    pub subject: Subject,
    /// How grave it is.
    pub severity: Severity,
    /// What was seen.
    pub what: Text,
    /// When it was raised: with the end of the run, or by hand.
    pub raised_at: Timestamp,
    /// Who raised it; `None`: it followed from the run.
    pub raised_by: Option<UserName>,
    /// An earlier finding of the same about the same, which was not closed when this one was raised.
    pub repeats: Option<FindingId>,
    /// Where the cause lies.
    pub category: Option<CauseCategory>,
    /// The root cause, in the words of who looked for it.
    pub cause: String,
    /// What is done about it.
    pub action: String,
    /// Who answers for it.
    pub owner: Option<UserName>,
    /// The day by which it is to be put right.
    pub due: Option<Day>,
    /// Where it stands.
    pub status: Status,
}

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// Nobody has begun.
    Open,
    /// Somebody works on it.
    InProgress,
    /// What could be done is done; a run must show it.
    AwaitingRetest,
    /// A later run passed.
    Closed {
        /// Which.
        run: RunId,
        /// When it ended.
        at: Timestamp,
    },
    /// The risk is borne until a day.
    Waived {
        /// Who approved that.
        by: UserName,
        /// The last day on which it holds.
        until: Day,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// It was closed or waived, and that holds no more.
    Reopened {
        /// When.
        at: Timestamp,
        /// Who said so; `None`: the waiver ended.
        by: Option<UserName>,
        /// Why.
        reason: Text,
    },
}

impl Status {
    /// All words for it.
    pub const WORDS: [&'static str; 6] = ["open", "in_progress", "awaiting_retest", "closed", "waived", "reopened"];

    /// The word in records, exports and filters.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::AwaitingRetest => "awaiting_retest",
            Self::Closed { .. } => "closed",
            Self::Waived { .. } => "waived",
            Self::Reopened { .. } => "reopened",
        }
    }

    /// Whether nothing has to be done about it for the time being.
    pub const fn rests(&self) -> bool {
        match self {
            Self::Closed { .. } | Self::Waived { .. } => true,
            Self::Open | Self::InProgress | Self::AwaitingRetest | Self::Reopened { .. } => false,
        }
    }

    /// Its name for people.
    pub fn title(&self) -> Text {
        match self {
            Self::Open => Text::new("미조치", "open"),
            Self::InProgress => Text::new("조치 중", "in progress"),
            Self::AwaitingRetest => Text::new("재시험 대기", "awaiting retest"),
            Self::Closed { .. } => Text::new("재시험 통과로 종결", "closed by a passing run"),
            Self::Waived { .. } => Text::new("위험 수용", "waived"),
            Self::Reopened { .. } => Text::new("재개", "reopened"),
        }
    }
}

impl Finding {
    /// Whether it should have been put right by now.
    pub fn is_overdue(&self, today: Day) -> bool {
        !self.status.rests() && self.due.is_some_and(|due| due < today)
    }

    /// The page of the console about it.
    pub fn path(&self) -> String {
        format!("/findings/{}", self.id)
    }
}

impl Kept for Finding {
    const KIND: &'static str = "finding";

    /// Sorts with its run.
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn group(&self) -> String {
        match self.status {
            Status::Closed { .. } => CLOSED,
            Status::Open
            | Status::InProgress
            | Status::AwaitingRetest
            | Status::Waived { .. }
            | Status::Reopened { .. } => UNSETTLED,
        }
        .to_owned()
    }

    /// When its waiver is over.
    fn due(&self) -> Option<Timestamp> {
        match &self.status {
            Status::Waived { until, .. } => Some(until.next().begins_at()),
            Status::Open
            | Status::InProgress
            | Status::AwaitingRetest
            | Status::Closed { .. }
            | Status::Reopened { .. } => None,
        }
    }
}
