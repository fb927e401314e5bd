//! The words between engine and keeper.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Order;
use super::beginning::Beginning;
use crate::base::{Millis, RunId, Text, Timestamp};
use crate::run::AttemptId;

/// Version of these words. A keeper outlives upgrades of the engine, so both sides say theirs first.
pub(super) const VERSION: u32 = 1;

/// Which attempt is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The run.
    pub run: RunId,
    /// Its attempt.
    pub attempt: AttemptId,
    /// Zero for the attempt itself; a check that asks a command several times counts its askings from 1.
    pub asking: u32,
}

impl Key {
    /// An attempt itself.
    pub const fn of(run: RunId, attempt: AttemptId) -> Self {
        Self { run, attempt, asking: 0 }
    }
}

/// What an engine asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Ask {
    /// First words of every connection.
    Hello { version: u32 },
    /// From now on refuse smaller tokens for this run, and hand over its secrets.
    Claim { run: RunId, token: u64 },
    /// Start this, unless the key is known already; then as `Attach`. What is tied ends with the connection.
    Spawn { key: Key, token: u64, order: Order, tied: bool },
    /// Tell all about this attempt from this byte of its output on, up to its end.
    Attach { key: Key, token: u64, from: u64 },
    /// SIGTERM to the process group, SIGKILL after the grace.
    Kill { key: Key, token: u64, grace: Millis },
    /// These attempts need not be held any longer.
    Forget { run: RunId, token: u64, attempts: Vec<u32> },
    /// The run is over: forget all of it.
    Over { run: RunId, token: u64 },
    /// Hold these secrets for the run's next engine.
    Entrust { run: RunId, token: u64, secrets: BTreeMap<String, String> },
}

/// What the keeper tells. Output travels in frames of its own, as bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "tell", rename_all = "snake_case")]
pub(super) enum Tell {
    /// Answer to `Hello`.
    Hello { version: u32, instance: String, pid: u32 },
    /// Answer to `Claim`; says nothing of secrets that it does not have, or that a stale token asked for.
    Claimed { run: RunId, token: u64, secrets: Option<BTreeMap<String, String>> },
    /// The process ended; all output that is kept was told before.
    Ended { key: Key, ending: Ending },
    /// The process could not be started.
    NotStarted { key: Key, why: Text },
    /// Nothing is known of this attempt.
    NeverSeen { key: Key },
    /// The token is older than `held`: the run has another owner.
    Stale { key: Key, held: u64 },
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Its real status.
    pub how: How,
    /// When the keeper learned of it.
    pub ended_at: Timestamp,
    /// What was done to end it, when it was asked for.
    pub stopped: Option<Stopped>,
    /// Bytes of output in all, kept or not.
    pub output_bytes: u64,
    /// Whether the text looked for was seen; `None` when none was.
    pub found: Option<bool>,
    /// The beginning of standard output, where it was to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Beginning>,
}

/// The status a process ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It exited by itself.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
}

/// What was done to a process that was to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// SIGTERM was enough.
    Terminated,
    /// It outlived its grace: SIGKILL.
    Killed,
}

/// What a watcher of an attempt hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Bytes of output from this place in all of it. A jump forward means that what lies between was not kept.
    Output {
        /// Place of the first byte.
        offset: u64,
        /// The bytes, raw.
        bytes: Vec<u8>,
    },
    /// It ended. Nothing follows.
    Ended(Ending),
    /// It could not be started, for this reason. Nothing follows.
    NotStarted(Text),
    /// The keeper never saw it. Nothing follows.
    NeverSeen,
    /// The run has another owner, with this token. Nothing follows.
    Stale(u64),
    /// The connection to the keeper broke. Nothing follows; ask again.
    Lost,
}
