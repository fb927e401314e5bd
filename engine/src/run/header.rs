//! What a run was declared with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Actor, HostClock, Parent};
use crate::base::{CaseId, CasePart, Digest, InputName, RunId, RunbookId, UnitId};
use crate::plan::Mode;

/// What was fixed when the run was declared. The first event of every journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the event format.
    pub format: u32,
    /// The run.
    pub run: RunId,
    /// The runbook.
    pub runbook: RunbookId,
    /// Digest of the frozen plan.
    pub plan: Digest,
    /// How the run touches the world.
    pub mode: Mode,
    /// Values of the inputs; secret ones are only named, with `null`.
    pub inputs: BTreeMap<InputName, Option<String>>,
    /// Who declared it.
    pub requester: Actor,
    /// Why it was declared, in the words of the requester.
    pub reason: String,
    /// Units at work at the same time, at most: the plan's bound or a smaller one asked for.
    pub concurrency: u32,
    /// Version of the engine that declared it.
    pub engine: String,
    /// How a mock run is played; `None` in every other mode.
    pub simulation: Option<Simulation>,
    /// The run that declared it; `None` where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// The case in which it was declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// What it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<CasePart>,
    /// Digest of the preflight that whoever declared it had seen; the text is kept beside the journal under it. Part of what
    /// voters vote on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preflight: Option<Digest>,
    /// The clocks of hosts as that preflight read them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<HostClock>,
    /// Nothing is started before another person has confirmed the declaration.
    #[serde(default, skip_serializing_if = "is_false")]
    pub second_person: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// How a mock run is played. Part of the record, since it decides the outcome.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Simulation {
    /// Simulated seconds a real second; 0 jumps from event to event.
    pub speed: u32,
    /// Faults to play, by unit.
    pub faults: BTreeMap<UnitId, Fault>,
    /// Durations to play instead of targets, by unit, in milliseconds.
    pub takes: BTreeMap<UnitId, u64>,
    /// Whether gates and manual steps are answered by simulated people after the unit's duration.
    pub people: bool,
}

impl Eq for Simulation {}

impl Simulation {
    /// Whether a unit's steps can run out of time. Those that play their target can not: a target is no fault.
    pub fn can_time_out(&self, unit: &UnitId) -> bool {
        self.takes.contains_key(unit) || self.faults.contains_key(unit)
    }
}

/// A fault to play in a mock run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The first so many attempts of the unit's first `run` step fail.
    Fail(u32),
    /// The first `run` step never ends by itself.
    Hang,
    /// Nobody can say how the first `run` step ended.
    Unknown,
}
