//! What a preflight found.

use serde::{Deserialize, Serialize};

use super::HostClock;
use crate::base::{Digest, Millis, Mode, RunbookId, Text, Timestamp};

/// What was found before a run was declared. Kept as it was shown; the run names it by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    /// The runbook.
    pub runbook: RunbookId,
    /// Digest of the plan that was looked at.
    pub plan: Digest,
    /// The mode that was meant.
    pub mode: Mode,
    /// When it began.
    pub at: Timestamp,
    /// What was found, what is wrong first.
    pub findings: Vec<Finding>,
    /// The clocks of the hosts that were asked, one reading a host.
    #[serde(default)]
    pub clocks: Vec<HostClock>,
}

impl Preflight {
    /// How many findings have an answer.
    pub fn count(&self, answer: Answered) -> usize {
        self.findings.iter().filter(|finding| finding.answer == answer).count()
    }

    /// Whether everything was found as it should be.
    pub fn is_clear(&self) -> bool {
        self.findings.iter().all(|finding| finding.answer == Answered::Up)
    }
}

/// A preflight that a declaration names, with what of it goes into the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// Its digest.
    pub digest: Digest,
    /// The clocks that it read.
    pub clocks: Vec<HostClock>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about.
    pub topic: Topic,
    /// The target, the secret, the unit.
    pub subject: String,
    /// How it was found.
    pub answer: Answered,
    /// What was seen, or why nothing was.
    pub seen: Text,
    /// What helps.
    pub next_step: Option<Text>,
    /// How long it took to find out.
    #[serde(rename = "took_ms")]
    pub took: Millis,
}

/// One of three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// Not as it should be.
    Down,
    /// Nobody can say.
    Unknown,
    /// As it should be.
    Up,
}

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Whether commands can be run on a host.
    Login,
    /// Whether a database lets the engine in.
    Database,
    /// Whether a port answers.
    Reach,
    /// Whether the clock of a host is right.
    Clock,
    /// Whether a host has room.
    Disk,
    /// How the replication of its data stands, and what would be lost.
    Replication,
    /// Whether the value of a secret can be had.
    Secret,
    /// Whether a lock is free.
    Lock,
    /// Whether the approvers of a gate are there.
    Approvers,
    /// What a unit asks before it touches anything.
    Unit,
    /// Whether the runbook was read lately.
    Review,
    /// Whether it is as it was when it last came to its end.
    Changed,
}
