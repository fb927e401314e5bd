//! The chance of meeting the objectives, before a run begins.

use std::collections::BTreeMap;

use serde::Serialize;

use super::history::percentile;
use super::trial::Course;
use super::{Expected, History};
use crate::base::{Millis, ServiceId, UnitId};
use crate::plan::{Plan, UnitIx};

/// Trials of an outlook: enough that a share is told to about one percent.
pub const TRIALS: u32 = 2_000;

/// Runs of a plan of any size are played until about so many units were.
const UNITS_AT_MOST: u32 = 1_000_000;

/// Generators are told apart by their seeds, not by the hour.
const SEED: u64 = 0x5245_4c49_4748_5421;

/// What is to be tried instead of what the runbook says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct WhatIf {
    /// Units at work at the same time, at most; `None`: as the runbook says.
    pub concurrency: Option<u32>,
    /// What these units take, whatever their past.
    pub takes: BTreeMap<UnitId, Millis>,
    /// What has passed already of the objective when the run begins: from the event to the declaration.
    pub before: Millis,
}

/// What is to be expected of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// How often the plan was played: once where chance has no say, since no unit has a past.
    pub trials: u32,
    /// Units that count and whose past tells what they take.
    pub units_known: u32,
    /// Units that count.
    pub units: u32,
    /// The objective.
    #[serde(rename = "rto_ms")]
    pub rto: Option<Millis>,
    /// What half of the trials did not exceed, from the origin.
    #[serde(rename = "p50_ms")]
    pub p50: Millis,
    /// What nine of ten trials did not exceed.
    #[serde(rename = "p90_ms")]
    pub p90: Millis,
    /// Share of the trials that met the objective, in tenths of a percent, rounded down; `None` without an objective.
    pub chance: Option<u32>,
    /// The same for each service.
    pub services: Vec<ServiceOutlook>,
}

/// What is to be expected of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceOutlook {
    /// The service.
    pub service: ServiceId,
    /// Its objective.
    #[serde(rename = "rto_ms")]
    pub rto: Option<Millis>,
    /// What half of the trials did not exceed, from the origin.
    #[serde(rename = "p50_ms")]
    pub p50: Millis,
    /// What nine of ten trials did not exceed.
    #[serde(rename = "p90_ms")]
    pub p90: Millis,
    /// Share of the trials that met the objective, in tenths of a percent, rounded down.
    pub chance: Option<u32>,
}

/// Plays a plan many times and tells what came of it.
pub fn outlook(plan: &Plan, history: &History, what_if: &WhatIf) -> Outlook {
    if plan.units().iter().all(|unit| history.of_unit(&unit.id).is_empty()) {
        return outlook_in(plan, history, what_if, 1);
    }
    let size = u32::try_from(plan.units().len()).unwrap_or(u32::MAX).max(1);
    outlook_in(plan, history, what_if, TRIALS.min(UNITS_AT_MOST / size).max(1))
}

/// The same in so many trials.
pub(super) fn outlook_in(plan: &Plan, history: &History, what_if: &WhatIf, trials: u32) -> Outlook {
    let course = Course::of(plan, what_if.concurrency.unwrap_or(plan.body().limits.run));
    let targets = Expected::targets(plan);
    let past: Vec<&[Millis]> = plan.units().iter().map(|unit| history.of_unit(&unit.id)).collect();
    let given: Vec<Option<Millis>> = plan.units().iter().map(|unit| what_if.takes.get(&unit.id).copied()).collect();
    let counted: Vec<UnitIx> = plan.unit_ixs().filter(|unit| !plan.unit(*unit).rto_exclude).collect();
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut whole = Vec::with_capacity(trials as usize);
    let mut services: Vec<Vec<Millis>> = vec![Vec::with_capacity(trials as usize); plan.body().services.len()];
    let mut takes = vec![Millis::ZERO; plan.units().len()];
    for _ in 0..trials {
        for (at, unit) in plan.unit_ixs().enumerate() {
            takes[at] = match (given[at], past[at]) {
                (Some(given), _) => given,
                (None, []) => targets.of(unit),
                (None, past) => past[chance.usize(..past.len())],
            };
        }
        let ready = course.play(&takes);
        let end =
            |units: &[UnitIx]| what_if.before + units.iter().map(|unit| ready[unit.at()]).max().unwrap_or_default();
        whole.push(end(&counted));
        for (service, ends) in plan.body().services.iter().zip(&mut services) {
            ends.push(end(&service.needs));
        }
    }
    let (p50, p90, share) = told(&mut whole, plan.body().objectives.rto);
    let of_service = |(service, ends): (&crate::plan::Service, &mut Vec<Millis>)| {
        let rto = service.effective_rto();
        let (p50, p90, chance) = told(ends, rto);
        ServiceOutlook { service: service.id.clone(), rto, p50, p90, chance }
    };
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Outlook {
        trials,
        units_known: count(counted.iter().filter(|unit| !past[unit.at()].is_empty()).count()),
        units: count(counted.len()),
        rto: plan.body().objectives.rto,
        p50,
        p90,
        chance: share,
        services: plan.body().services.iter().zip(&mut services).map(of_service).collect(),
    }
}

/// Median, ninetieth percentile and share within an objective. Equality is within.
fn told(ends: &mut [Millis], rto: Option<Millis>) -> (Millis, Millis, Option<u32>) {
    ends.sort_unstable();
    let at = |percent| percentile(ends, percent).unwrap_or_default();
    let share = rto.map(|rto| {
        let within = ends.partition_point(|end| *end <= rto) * 1_000 / ends.len().max(1);
        u32::try_from(within).unwrap_or(u32::MAX)
    });
    (at(50), at(90), share)
}
