//! What a runbook promises: for the whole, and for each business function.

use serde::{Deserialize, Serialize};

use super::{OutputOf, RecoverySource, UnitIx};
use crate::base::{Millis, Percent, ServiceId, Text};

/// From which mark the recovery time is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// 발생 시점, the strictest.
    #[default]
    Event,
    /// 인지 시점.
    Detect,
    /// 선포 시점.
    Declare,
}

/// What the runbook promises as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Objectives {
    /// Recovery time objective (복구목표시간).
    pub rto: Option<Millis>,
    /// The least capacity with which `rto` counts as met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_capacity: Option<Percent>,
    /// Capacities that are to be there in time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity: Vec<CapacityGoal>,
    /// Recovery point objective (복구목표시점).
    pub rpo: Option<Millis>,
    /// What says when the last recovered transaction was committed, beside what services name.
    pub recovery_points: Vec<OutputOf>,
    /// Where lost data can come back from, the best source first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovers_from: Vec<RecoverySource>,
    /// The mark the clock starts from.
    pub clock: Origin,
}

/// A capacity that is to be there in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityGoal {
    /// How much of all there is.
    pub reach: Percent,
    /// How long after the origin of the clock, at most.
    pub within: Millis,
}

/// A business function (업무) and the units without which it is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its name for people.
    pub title: Text,
    /// Recovery priority, 1 first.
    pub tier: Option<u8>,
    /// The system that it is a function of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The objective of the business impact analysis.
    pub rto: Option<Millis>,
    /// Tolerated loss of data.
    pub rpo: Option<Millis>,
    /// What says when the last recovered transaction was committed: one value for each of its data sets.
    pub recovery_points: Vec<OutputOf>,
    /// Where its lost data can come back from, the best source first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovers_from: Vec<RecoverySource>,
    /// A longer objective accepted for this scenario; verdicts then use it and reports print both.
    pub exception: Option<Exception>,
    /// The units whose readiness makes it available, stages already resolved to their units. Sorted, never empty.
    pub needs: Vec<UnitIx>,
}

impl Service {
    /// The objective that verdicts use.
    pub fn effective_rto(&self) -> Option<Millis> {
        self.exception.as_ref().map_or(self.rto, |exception| Some(exception.rto))
    }
}

/// A gap between scenario and business objective that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The objective of this scenario.
    pub rto: Millis,
    /// Who accepted the gap.
    pub approved_by: String,
    /// Why.
    pub reason: Text,
    /// Until when, `YYYY-MM-DD`.
    pub expires: String,
}
