//! What lists show of a run. A cache beside the journal, rewritten with every commit.

use serde::{Deserialize, Serialize};

use super::{Asking, RunStatus, Tasking, Verdict};
use crate::base::{CaseId, CasePart, Millis, OrgId, RunbookId, Text, Timestamp, UserName};
use crate::plan::Mode;

/// A run in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The runbook's id.
    pub runbook: RunbookId,
    /// The runbook's name for people.
    pub title: Text,
    /// The organisation that the runbook belongs to; `None` is the top of the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrgId>,
    /// Mode.
    pub mode: Mode,
    /// Status after the last row.
    pub status: RunStatus,
    /// Overall verdict; `None` while it is still open.
    pub verdict: Option<Verdict>,
    /// Who declared it.
    pub requester: UserName,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Recovery time of the plan, once it is recovered.
    pub rta: Option<Millis>,
    /// Objective of the plan.
    pub rto: Option<Millis>,
    /// Units done (ready, attested, skipped, not selected) and units in all.
    pub done: u32,
    /// Units in all.
    pub units: u32,
    /// The case in which it was declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// What it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<CasePart>,
    /// Whether another person must still confirm the declaration before anything is started.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awaits_second: bool,
    /// The gates that ask people now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Asking>,
    /// The manual work that waits for people now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Tasking>,
}

impl Summary {
    /// Whether anything of it waits for people.
    pub fn asks_people(&self) -> bool {
        !self.asks.is_empty() || !self.tasks.is_empty()
    }
}

/// Output of an attempt, in the order in which it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputChunk {
    /// The attempt.
    pub attempt: super::AttemptId,
    /// Place of the chunk's first byte in the attempt's kept output; what is stored already is not stored twice.
    pub offset: u64,
    /// The text, masked already; bytes of unknown encoding made valid UTF-8.
    pub text: String,
}
