//! Units, and the stages that they stand in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Decision, Expression, Output, StartsOn, Step, Undo};
use crate::base::{LockName, Millis, Mode, OutputName, Percent, StageId, TargetName, Text, TierName, UnitId};

/// A unit's place in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitIx(pub u32);

/// A stage's place in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StageIx(pub u32);

impl UnitIx {
    /// For indexing.
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

impl StageIx {
    /// For indexing.
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// Order inside a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageFlow {
    /// Units start as soon as their own `needs` are ready.
    #[default]
    Parallel,
    /// Each unit also needs the one written before it.
    Sequential,
}

/// A named group of units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its id.
    pub id: StageId,
    /// Its name for people.
    pub title: Text,
    /// Order inside.
    pub flow: StageFlow,
    /// Units of this stage at work at the same time, at most.
    pub max_parallel: Option<u32>,
    /// Stages that must be complete before this one starts.
    pub needs: Vec<StageIx>,
    /// Its units: a run of neighbouring places in [`super::Body::units`].
    pub units: Range<u32>,
}

impl Stage {
    /// The places of its units.
    pub fn unit_ixs(&self) -> impl Iterator<Item = UnitIx> + use<> {
        self.units.clone().map(UnitIx)
    }
}

/// What a failed unit does to its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFail {
    /// It stays failed, what needs it waits, other branches go on; an operator decides.
    #[default]
    Hold,
    /// No new step starts anywhere until an operator resumes.
    Pause,
    /// It counts as skipped and what needs it goes on.
    Skip,
    /// The run is aborted.
    Abort,
    /// What it did is undone; an operator decides what follows.
    Rollback,
}

/// How a mock run plays a unit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rehearsal {
    /// Simulated duration of the whole unit; its target where absent.
    pub takes: Option<Millis>,
    /// What its steps say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<OutputName, String>,
}

/// The thing that is started and timed (기동 단위).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its name for people.
    pub title: Text,
    /// Who looks after it, for people.
    pub owner: Option<String>,
    /// The stage it belongs to.
    pub stage: StageIx,
    /// Its tier label.
    pub tier: Option<TierName>,
    /// The target its steps address unless they say otherwise; also what per-target concurrency counts.
    pub on: Option<TargetName>,
    /// Duration budget (목표 RTO(단위)): from eligible to ready.
    pub target: Option<Millis>,
    /// Budget from the origin of the clock to ready.
    pub recover_by: Option<Millis>,
    /// What part of the whole capacity is there once it is ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Percent>,
    /// Units of which all must be ready first, stages resolved through barriers and so not listed. Sorted.
    pub needs: Vec<UnitIx>,
    /// Stages named in `needs`, of which all must be complete first. Sorted.
    pub needs_stages: Vec<StageIx>,
    /// Its condition: where it does not hold, the unit is not part of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// The modes in which it is part of a run, in the order of [`Mode::ALL`]; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<Mode>,
    /// All its steps in order: `pre`, `run`, `post`. Never empty.
    #[serde(deserialize_with = "tight")]
    pub steps: Vec<Step>,
    /// Where what needs it may begin although it is not ready yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usable: Option<Usable>,
    /// The way back, in the order in which it is gone: what undoes its steps, the last step first, then what undoes the
    /// unit as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollback: Vec<Undo>,
    /// Its runbook says that there is nothing to undo, whatever its steps look like.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nothing_to_undo: bool,
    /// What no other run may touch from its start until this run is over.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub locks: BTreeSet<LockName>,
    /// Where another run must have come before it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<StartsOn>,
    /// What its failure leads to.
    pub on_fail: OnFail,
    /// After it there is no simple way back.
    pub point_of_no_return: bool,
    /// Housekeeping: not part of the recovery time of the plan.
    pub rto_exclude: bool,
    /// How a mock run plays it.
    pub mock: Rehearsal,
}

/// The point from which a unit can be used, before all of its work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usable {
    /// Place of the step after which it is.
    pub after: u16,
    /// How long after eligible that is to be: a part of the unit's target.
    pub within: Millis,
}

/// A list without the room to grow that reading leaves it: a step is large, long plans have many, and a plan never grows.
fn tight<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Step>, D::Error> {
    let mut steps = Vec::deserialize(deserializer)?;
    steps.shrink_to_fit();
    Ok(steps)
}

impl Unit {
    /// Whether it is usable once it goes on at the step `next`.
    pub fn is_usable_at(&self, next: u16) -> bool {
        self.usable.is_some_and(|usable| usable.after < next)
    }

    /// The choice that it makes, where that is its work.
    pub fn decision(&self) -> Option<&Decision> {
        self.steps.iter().find_map(|step| step.action.decision())
    }

    /// What its steps say for those of later units.
    pub fn outputs(&self) -> impl Iterator<Item = &Output> {
        self.steps.iter().flat_map(|step| &step.outputs)
    }

    /// What of the time that it takes holds up what needs it: all of it, or as large a part as its runbook plans until it is
    /// usable.
    pub fn holds_up(&self, takes: Millis) -> Millis {
        let Some(usable) = self.usable else { return takes };
        let part = match self.target {
            Some(target) if target > Millis::ZERO => {
                let part = u128::from(usable.within.0) * u128::from(takes.0) / u128::from(target.0);
                Millis(u64::try_from(part).unwrap_or(u64::MAX))
            }
            Some(_) | None => usable.within,
        };
        part.min(takes)
    }

    /// Whether it says a value only after what needs it may have begun.
    pub fn says_later(&self, output: &OutputName) -> bool {
        let later = self.usable.into_iter().flat_map(|usable| self.steps.iter().skip(usize::from(usable.after) + 1));
        later.flat_map(|step| &step.outputs).any(|said| said.name == *output)
    }

    /// Whether it is part of runs in a mode.
    pub fn runs_in(&self, mode: Mode) -> bool {
        self.modes.is_empty() || self.modes.contains(&mode)
    }
}
