//! The recovery of capacity: what was wanted when, and the curve of what was there.

use serde::Serialize;

use crate::base::{Millis, Percent, Timestamp, UnitId};
use crate::plan::Plan;
use crate::run::{CapacityReached, State, capacity_curve, capacity_reached};

/// How much was there when; shares are hundredths of a percent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capacity {
    /// What was wanted, the least capacity of the objective first.
    pub goals: Vec<CapacityReached>,
    /// What came, in the order of time.
    pub curve: Vec<CapacityStep>,
}

/// A unit was ready and brought its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CapacityStep {
    /// When.
    pub at: Timestamp,
    /// From the origin of the run's clock, without what was excluded; `None` without one, and before it.
    #[serde(rename = "after_ms")]
    pub after: Option<Millis>,
    /// The unit.
    pub unit: UnitId,
    /// What it brought.
    pub share: Percent,
    /// What was there from then on.
    pub total: Percent,
}

/// Nothing where the runbook says nothing of capacity.
pub(super) fn of(plan: &Plan, state: &State) -> Option<Capacity> {
    let goals = capacity_reached(plan, state);
    if goals.is_empty() && plan.units().iter().all(|unit| unit.capacity.is_none()) {
        return None;
    }
    let origin = state.origin(plan);
    let curve = capacity_curve(plan, state).into_iter().map(|point| CapacityStep {
        at: point.at,
        after: origin.filter(|from| *from <= point.at).map(|from| state.exclusions().counted(from, point.at)),
        unit: plan.unit(point.unit).id.clone(),
        share: point.share,
        total: point.total,
    });
    Some(Capacity { goals, curve: curve.collect() })
}
