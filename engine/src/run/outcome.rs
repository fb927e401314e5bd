//! Attempts and how they end.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{HostClock, LinkedRun, Reading};
use crate::base::{Digest, OutputName, Text, Timestamp};

/// Number of an attempt within its run, from 1. One started action has one number, so a late answer can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(pub u32);

/// Place of a step in its unit, from 0.
pub type StepIx = u16;

/// What an attempt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The step's action.
    Act,
    /// The step's `already_done`.
    Probe,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// As wanted. Of a probe: already done.
    Succeeded {
        /// What was seen.
        seen: Seen,
    },
    /// Not as wanted. Of a probe: not done.
    Failed {
        /// Why.
        cause: Cause,
        /// What was seen.
        seen: Seen,
    },
    /// Nobody can say.
    Unknown {
        /// Why.
        why: Text,
        /// What was seen.
        seen: Seen,
    },
}

/// What was seen of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// A line for tables: `exit 0`, `200 in 12 ms`, `3 of 30: connection refused`.
    pub summary: Text,
    /// Bytes of output produced, kept or not.
    pub output_bytes: u64,
    /// SHA-256 of the output that was kept; `None` when there was none.
    pub output_digest: Option<Digest>,
    /// When the process really ended, where the keeper knows better than the journal.
    pub ended_at: Option<Timestamp>,
    /// The values that were wanted out of what it said, secrets hidden.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<OutputName, String>,
    /// Of a call: how the called run stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<Box<LinkedRun>>,
    /// Of a measurement of a replication link: what was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Box<Reading>>,
    /// The clocks of the hosts that it went to, one reading a host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<HostClock>,
}

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The class.
    pub kind: CauseKind,
    /// Place, cause and next step, in words an operator understands.
    pub message: Text,
}

impl Cause {
    /// A cause in both languages.
    pub fn new(kind: CauseKind, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind, message: Text::new(ko, en) }
    }
}

/// Classes of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// The process ended with another exit code than wanted.
    Exit,
    /// A signal ended the process.
    Signal,
    /// The process could not be started at all.
    Spawn,
    /// It took too long.
    TimedOut,
    /// An answer came, but not the wanted one.
    Unexpected,
    /// A check stayed down or unknown.
    Check,
    /// No connection.
    Unreachable,
    /// People rejected it.
    Rejected,
    /// Nobody decided about it in time.
    Overdue,
    /// A person reported failure.
    Manual,
    /// It was ended because the run was aborted.
    Aborted,
    /// An operator ended it.
    Stopped,
    /// A condition could not be judged, or no case of a decision held.
    Undecided,
    /// Another run that it waits for does not come where it was to come.
    Elsewhere,
    /// A run that it called stands still.
    Called,
    /// The step can not be carried out here at all.
    Refused,
    /// Played by the simulation.
    Injected,
}
