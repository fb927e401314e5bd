//! A step: its action, and how it is tried.

use serde::{Deserialize, Serialize};

use super::{Action, Output, Probe};
use crate::base::{Millis, Text};

/// Where in its unit a step stands. The first three run in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Checks before anything is touched.
    Pre,
    /// The work.
    Run,
    /// Checks that make the unit *ready*.
    Post,
    /// The way back: only gone when somebody, or the runbook, asks for it.
    Rollback,
}

/// One action inside a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What people call it; the compiler makes one from the action where the author gave none.
    pub title: Text,
    /// Its phase.
    pub phase: Phase,
    /// What is done.
    pub action: Action,
    /// Longest time one attempt may take; the attempt is then ended and counts as failed.
    pub timeout: Option<Millis>,
    /// How often it is tried.
    pub retry: Retry,
    /// Doing it twice does no harm: after an unknown outcome it may simply be repeated.
    pub idempotent: bool,
    /// Tells whether this step's (or, set on the unit, the whole unit's) work is already done.
    pub already_done: Option<Probe>,
    /// Whether `already_done` speaks for all `run` steps of the unit, not for this step alone.
    pub probe_covers_unit: bool,
    /// Values that it says, for the steps of later units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
}

impl Step {
    /// Whether an attempt whose outcome nobody knows may simply be repeated. Where vantage points did not agree, asking them
    /// once more at once tells nothing new: `attempts` and `every` have said how often, and a person judges.
    pub fn may_repeat(&self) -> bool {
        self.idempotent || (self.action.is_read_only() && !self.action.asks_around())
    }
}

/// How often and how far apart a failed attempt is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Attempts in all, the first included; at least 1.
    pub attempts: u32,
    /// Wait between the end of one attempt and the start of the next.
    pub every: Millis,
}

impl Retry {
    /// One attempt, no more.
    pub const NONE: Self = Self { attempts: 1, every: Millis::ZERO };
}
