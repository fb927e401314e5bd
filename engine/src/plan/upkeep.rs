//! What a plan says about its own upkeep, and where lost data can come back from.

use serde::{Deserialize, Serialize};

use crate::base::{Cron, Day, Millis, Text};

/// What a runbook is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It changes systems.
    #[default]
    Recovery,
    /// It only looks.
    Inspection,
}

impl Kind {
    /// Whether it is what a runbook is that says nothing.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// When a runbook was last read from beginning to end, and how often that is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Review {
    /// The day of the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Day>,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Millis>,
}

impl Review {
    /// The day by which it is to be done again.
    pub fn due(&self) -> Option<Day> {
        Some(self.reviewed?.plus(self.every?))
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A time at which a runbook is to be run, by people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// Its name for people.
    pub title: Text,
    /// When, in Korean time.
    pub cron: Cron,
    /// How long it takes; the length of the plan where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Millis>,
}

/// Where lost data can come back from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoverySource {
    /// What it is, for people.
    pub source: Text,
    /// The loss that it can keep to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rpo: Option<Millis>,
    /// Of a backup: the time from one to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Millis>,
    /// Of a backup: the time until it is where it can be restored from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Millis>,
    /// It may lose more than the objective.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last_resort: bool,
}

impl RecoverySource {
    /// The most that can be lost with it, as far as it is said: just before the next backup has arrived.
    pub fn loses(&self) -> Option<Millis> {
        let backup = self.interval.map(|interval| interval + self.transfer.unwrap_or_default());
        self.rpo.into_iter().chain(backup).max()
    }
}
