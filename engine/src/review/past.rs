//! What the past runs of a runbook tell of the next one.

use std::collections::BTreeMap;

use super::facts::{RunFacts, RunUnits, UnitFacts, ended_runs};
use crate::base::{Digest, Hasher, Millis, RunId, RunbookId, Timestamp};
use crate::forecast::{History, Prospects, WhatIf, outlook};
use crate::plan::{Mode, Plan};
use crate::run::UnitState;
use crate::store::{Error, Query, Records, list};

/// Past runs that a forecast looks back on, at most.
pub const LOOKS_BACK: u32 = 30;

/// The past runs of a runbook that really happened, newest first, each with what its units took.
#[derive(Debug, Clone, Default)]
pub struct Past(Vec<(RunFacts, Vec<UnitFacts>)>);

/// What was forecast before a past run, out of the runs before it, and what came.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Hindsight {
    /// The run.
    pub run: RunId,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// Whether it was a run of the very plan that the forecast is made for.
    pub same_plan: bool,
    /// What half of the trials would not have exceeded.
    #[serde(rename = "p50_ms")]
    pub p50: Millis,
    /// What nine of ten would not have exceeded.
    #[serde(rename = "p90_ms")]
    pub p90: Millis,
    /// What it took, from its origin.
    #[serde(rename = "rta_ms")]
    pub rta: Millis,
    /// What it took less the median, in milliseconds; less than nothing where it was faster.
    pub error_ms: i64,
}

impl Past {
    /// Looks up the last runs of a runbook: one query for the runs, and one for their units.
    pub async fn of(store: &(impl Records + ?Sized), runbook: &RunbookId) -> Result<Self, Error> {
        let mut facts = ended_runs(store, Some(runbook), None, LOOKS_BACK).await?;
        // Played time says nothing of real time.
        facts.retain(|facts| facts.mode != Mode::Mock);
        let query =
            Query { group: Some(runbook.to_string()), newest_first: true, limit: LOOKS_BACK, ..Query::default() };
        let units = list::<RunUnits>(store, query).await?.into_iter().map(|found| (found.value.run, found.value.units));
        let mut units: BTreeMap<RunId, Vec<UnitFacts>> = units.collect();
        let runs = facts.into_iter().filter_map(|facts| units.remove(&facts.run).map(|units| (facts, units)));
        Ok(Self(runs.collect()))
    }

    /// What tells whether anything was added since: the runs that a forecast looks back on, as a digest. One question, and no
    /// unit is read.
    pub async fn mark(store: &(impl Records + ?Sized), runbook: &RunbookId) -> Result<Digest, Error> {
        let facts = ended_runs(store, Some(runbook), None, LOOKS_BACK).await?;
        let runs = facts.iter().fold(Hasher::default(), |so_far, facts| so_far.part(facts.run.0.as_bytes()));
        Ok(runs.finish())
    }

    /// How many runs.
    pub const fn runs(&self) -> usize {
        self.0.len()
    }

    /// What is to be expected of a run of a plan while it goes.
    pub fn prospects(&self, plan: &Plan) -> Option<Prospects> {
        Prospects::of(plan, &self.history(), self.runs())
    }

    /// What units took in these runs.
    pub fn history(&self) -> History {
        taken(&self.0)
    }

    /// What would have been forecast for each of the newest `most` runs out of those before it, against what came: how far
    /// such forecasts were off. Runs that were not recovered, or have nothing before them, say nothing.
    pub fn hindsight(&self, plan: &Plan, most: usize) -> Vec<Hindsight> {
        let looked = self.0.iter().enumerate().take(most).filter_map(|(at, (facts, _))| {
            let before = self.0.get(at + 1..).filter(|before| !before.is_empty())?;
            let rta = facts.rta?;
            let lead = facts.recovered_at.map_or(Millis::ZERO, |end| rta.saturating_sub(end.since(facts.declared_at)));
            let seen = outlook(plan, &taken(before), &WhatIf { before: lead, ..WhatIf::default() });
            Some(Hindsight {
                run: facts.run,
                declared_at: facts.declared_at,
                same_plan: facts.plan == plan.digest(),
                p50: seen.p50,
                p90: seen.p90,
                rta,
                error_ms: signed(rta) - signed(seen.p50),
            })
        });
        looked.collect()
    }
}

fn signed(time: Millis) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

/// What units took that came to their end by themselves.
fn taken(runs: &[(RunFacts, Vec<UnitFacts>)]) -> History {
    let units = runs.iter().flat_map(|(_, units)| units);
    let done = units.filter(|unit| unit.state == UnitState::Ready);
    History::of(done.filter_map(|unit| Some((unit.unit.clone(), unit.elapsed?))))
}
