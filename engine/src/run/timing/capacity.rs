//! How much of its capacity a site had when: the sum of what its ready units bring.

use serde::Serialize;

use super::super::{RunStatus, State, Verdict};
use crate::base::{Millis, Percent, Timestamp};
use crate::plan::{CapacityGoal, Mode, Plan, UnitIx};

/// A unit brought its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapacityPoint {
    /// When it was ready.
    pub at: Timestamp,
    /// The unit.
    pub unit: UnitIx,
    /// What it brought.
    pub share: Percent,
    /// What was there from then on.
    pub total: Percent,
}

/// A wanted capacity, and when it was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CapacityReached {
    /// How much, in hundredths of a percent.
    pub reach: Percent,
    /// Within which time from the origin of the run's clock.
    #[serde(rename = "within_ms")]
    pub within: Millis,
    /// It is the least capacity with which the objective counts as met.
    pub minimum: bool,
    /// When it was there; `None` while it is not.
    pub reached_at: Option<Timestamp>,
    /// How long after the origin, without what was excluded.
    #[serde(rename = "after_ms")]
    pub after: Option<Millis>,
    /// The verdict; `None` while it is open.
    pub verdict: Option<Verdict>,
}

/// What ready units brought, in the order of time. What was ready and is not any more brings nothing.
pub fn capacity_curve(plan: &Plan, state: &State) -> Vec<CapacityPoint> {
    let brought = plan.unit_ixs().filter_map(|unit| {
        let share = plan.unit(unit).capacity?;
        Some((state.unit(unit).ready_at()?, unit, share))
    });
    let mut brought: Vec<_> = brought.collect();
    brought.sort_unstable();
    let mut total = Percent::default();
    let point = |(at, unit, share): (Timestamp, UnitIx, Percent)| {
        total = Percent(total.0.saturating_add(share.0));
        CapacityPoint { at, unit, share, total }
    };
    brought.into_iter().map(point).collect()
}

/// What is there now.
pub fn capacity_now(plan: &Plan, state: &State) -> Percent {
    capacity_curve(plan, state).last().map_or_else(Percent::default, |point| point.total)
}

/// Every wanted capacity, the least one of the objective first.
pub fn capacity_reached(plan: &Plan, state: &State) -> Vec<CapacityReached> {
    let objectives = &plan.body().objectives;
    let least = objectives.min_capacity.zip(objectives.rto);
    let least = least.map(|(reach, within)| (CapacityGoal { reach, within }, true));
    let goals = least.into_iter().chain(objectives.capacity.iter().map(|goal| (*goal, false)));
    let curve = capacity_curve(plan, state);
    let over = matches!(state.status(), RunStatus::Failed | RunStatus::Aborted | RunStatus::Completed);
    let origin = state.origin(plan);
    let reached = |(goal, minimum): (CapacityGoal, bool)| {
        let reached_at = curve.iter().find(|point| point.total >= goal.reach).map(|point| point.at);
        let after = reached_at.zip(origin).filter(|(at, from)| at >= from);
        let after = after.map(|(at, from)| state.exclusions().counted(from, at));
        let verdict = match (reached_at, after) {
            (Some(_), Some(after)) => Some(Verdict::of(after, Some(goal.within))),
            (Some(_), None) => Some(Verdict::NotMeasured),
            (None, _) => over.then_some(Verdict::NotRecovered),
        };
        let played = state.header().mode == Mode::Mock;
        let verdict = verdict.map(|verdict| if played { Verdict::Simulated } else { verdict });
        CapacityReached { reach: goal.reach, within: goal.within, minimum, reached_at, after, verdict }
    };
    goals.map(reached).collect()
}
