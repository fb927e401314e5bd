//! The plan and its parts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Callee, Component, Decision, Expression, Graph, Kind, Occasion, Output, OutputOf, RecoverySource, Review, Schedule,
    Selection, Silence, Speech, StartsOn, Step, Undo,
};
use crate::base::{
    Bilingual, CaseClass, CasePart, Digest, FacilityScope, Hashing, InputName, LockName, Millis, Mode, OrgId,
    OutputName, Percent, RunbookId, ServiceId, StageId, TargetName, Text, TierName, UnitId, UserName,
};
use crate::inventory::Bound;

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
    /// Its units: a run of neighbouring places in [`Body::units`].
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

/// What is asked when a run is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name.
    pub name: InputName,
    /// Its label for people.
    pub title: Text,
    /// What it may hold.
    pub kind: InputKind,
    /// Whether a value must be given.
    pub required: bool,
    /// Taken where no value is given. Never present for a secret.
    pub default: Option<String>,
}

/// What an input may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Any text up to 4,096 characters.
    Text,
    /// A text that is never shown again.
    Secret,
    /// One of these; never empty.
    Enum(Vec<String>),
    /// An instant in ISO 8601 with an offset.
    Datetime,
    /// `true` or `false`.
    Bool,
}

/// How much may happen at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Units of the run at work at the same time, at most.
    pub run: u32,
    /// Units on one target (`on`) at work at the same time, at most.
    pub per_target: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { run: 16, per_target: None }
    }
}

/// What a runbook says of the events it is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// What it is in a case; `None`: it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<CasePart>,
    /// Classes of events; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<CaseClass>,
    /// Scopes of the facility; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<FacilityScope>,
}

impl Answers {
    /// Whether nothing is said.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

/// Everything a plan says. Public so that the compiler can fill it; worthless until it is a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Version of this format, for readers of frozen plans.
    pub format: u32,
    /// The runbook's id.
    pub runbook: RunbookId,
    /// The runbook's name for people.
    pub title: Text,
    /// The author's version of the runbook.
    pub version: Option<String>,
    /// Who looks after the runbook.
    pub owner: Option<String>,
    /// The organisation that it belongs to; `None` is the top of the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrgId>,
    /// For which events it is written.
    #[serde(default, skip_serializing_if = "Answers::is_silent")]
    pub answers: Answers,
    /// The persons who wrote or changed it lately, by their account names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<UserName>,
    /// What it is for.
    pub description: Option<Text>,
    /// Whether it changes anything.
    #[serde(default, skip_serializing_if = "Kind::is_default")]
    pub kind: Kind,
    /// When it was read last, and when it is to be read again.
    #[serde(default, skip_serializing_if = "Review::is_empty")]
    pub review: Review,
    /// When it is to be run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<Occasion>,
    /// The promise as a whole.
    pub objectives: Objectives,
    /// What is asked at declaration.
    pub inputs: Vec<Input>,
    /// The business functions.
    pub services: Vec<Service>,
    /// The stages in the order written. Never empty.
    pub stages: Vec<Stage>,
    /// The units in the order written, stage after stage. Never empty.
    pub units: Vec<Unit>,
    /// Bounds on concurrency.
    pub limits: Limits,
    /// The modes in which it may be run; empty: in all. It may always be played.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<Mode>,
    /// Digest of the YAML text.
    pub source: Digest,
    /// What of the inventory the plan needs.
    #[serde(default, skip_serializing_if = "Bound::is_empty")]
    pub bound: Bound,
    /// Lints that the author kept silent, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silences: Vec<Silence>,
    /// The runbooks that its steps call, as they were when a run was declared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub callees: BTreeMap<RunbookId, Callee>,
    /// The components that it was made from, in the order first used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
}

/// The version of [`Body`] that this engine writes.
pub(super) const FORMAT: u32 = 1;

/// A compiled runbook: acyclic, resolved, budgeted, immutable, hashed.
#[derive(Debug, Clone)]
pub struct Plan {
    body: Body,
    graph: Graph,
    schedule: Schedule,
    selection: Selection,
    speech: Speech,
    digest: Digest,
    by_id: HashMap<UnitId, UnitIx>,
}

/// Why frozen bytes are not a plan.
#[derive(Debug, thiserror::Error)]
pub enum ThawError {
    /// Not the JSON of a plan.
    #[error("the frozen plan can not be read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by an engine with another format.
    #[error(
        "the frozen plan has format {found}, this engine reads {FORMAT}; open the run with the engine that declared it"
    )]
    Format {
        /// The format it has.
        found: u32,
    },
    /// Other bytes than were frozen.
    #[error(
        "the frozen plan has digest {found}, the run was declared with {wanted}: it was changed after the declaration"
    )]
    Digest {
        /// The digest of the bytes found.
        found: Digest,
        /// The digest recorded in the journal.
        wanted: Digest,
    },
    /// A graph with a circle, which no compiler freezes.
    #[error("the frozen plan has a circle in its needs: it was not made by a compiler")]
    Cyclic,
}

impl Bilingual for ThawError {
    fn ko(&self) -> String {
        match self {
            Self::Malformed(error) => format!("고정된 계획을 읽을 수 없습니다: {error}"),
            Self::Format { found } => {
                format!("고정된 계획의 형식은 {found}이고 이 엔진은 {FORMAT}을(를) 읽습니다. 선포한 엔진으로 여십시오")
            }
            Self::Digest { found, wanted } => {
                format!("고정된 계획의 해시는 {found}인데 선포 당시에는 {wanted}이었습니다. 선포한 뒤에 바뀌었습니다")
            }
            Self::Cyclic => "고정된 계획의 선행 조건이 순환합니다. 컴파일러가 만든 것이 아닙니다".to_owned(),
        }
    }
}

impl Plan {
    /// Makes a plan of a body that the compiler has checked, with the graph and the times that belong to it.
    pub(super) fn complete(body: Body, graph: Graph, schedule: Schedule) -> Result<Self, serde_json::Error> {
        let mut hasher = Hashing::default();
        serde_json::to_writer(&mut hasher, &body)?;
        Ok(Self::of_parts(body, graph, schedule, hasher.finish()))
    }

    /// Makes a plan of a body built by a test. `None` when the graph has a circle.
    #[cfg(test)]
    pub(crate) fn assemble(body: Body) -> Option<Self> {
        let graph = Graph::of(&body)?;
        let schedule = Schedule::of(&body, &graph);
        Self::complete(body, graph, schedule).ok()
    }

    fn of_parts(body: Body, graph: Graph, schedule: Schedule, digest: Digest) -> Self {
        let by_id = body.units.iter().zip(0..).map(|(unit, ix)| (unit.id.clone(), UnitIx(ix))).collect();
        let (selection, speech) = (Selection::of(&body, &graph), Speech::of(&body, &graph));
        Self { body, graph, schedule, selection, speech, digest, by_id }
    }

    /// The bytes to keep beside the journal; their digest is [`Plan::digest`].
    pub fn freeze(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.body)
    }

    /// Reads frozen bytes back and checks them against the digest that the journal recorded.
    pub fn thaw(frozen: &str, wanted: Digest) -> Result<Self, ThawError> {
        let found = Digest::of(frozen.as_bytes());
        if found != wanted {
            return Err(ThawError::Digest { found, wanted });
        }
        let body: Body = serde_json::from_str(frozen)?;
        if body.format != FORMAT {
            return Err(ThawError::Format { found: body.format });
        }
        let graph = Graph::of(&body).ok_or(ThawError::Cyclic)?;
        let schedule = Schedule::of(&body, &graph);
        Ok(Self::of_parts(body, graph, schedule, found))
    }

    /// Everything the runbook said.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// Who waits for whom.
    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Planned times, critical path, slack.
    pub const fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Which decisions have a say in which units.
    pub const fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whose outputs each unit may use.
    pub const fn speech(&self) -> &Speech {
        &self.speech
    }

    /// SHA-256 of the frozen bytes.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The units in the order written.
    pub fn units(&self) -> &[Unit] {
        &self.body.units
    }

    /// One unit.
    pub fn unit(&self, ix: UnitIx) -> &Unit {
        &self.body.units[ix.at()]
    }

    /// One stage.
    pub fn stage(&self, ix: StageIx) -> &Stage {
        &self.body.stages[ix.at()]
    }

    /// The place of a unit by its id.
    pub fn find(&self, id: &UnitId) -> Option<UnitIx> {
        self.by_id.get(id).copied()
    }

    /// All places of units.
    pub fn unit_ixs(&self) -> impl Iterator<Item = UnitIx> + use<> {
        (0..u32::try_from(self.body.units.len()).unwrap_or(u32::MAX)).map(UnitIx)
    }
}
