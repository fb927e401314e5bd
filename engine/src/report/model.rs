//! The report as data. Its JSON is a contract, described in `docs/report.md`: durations end in `_ms`, instants in `_at` and
//! are milliseconds since 1970-01-01T00:00:00Z, shares are tenths of a percent.

use serde::{Deserialize, Serialize};

use super::capacity::Capacity;
use super::clocks::Clocks;
use super::linked::LinkedEntry;
use super::registers::{Attempt, ChoiceEntry, Deviation, EngineChange, Fault, GateEntry, ManualEntry, TimelineEntry};
use super::replication::ReadingLine;
use super::tables::{ActualPath, PlanLine, PlannedPath, PointLine, ServiceLine, StageLine, TierLine, UnitLine};
use crate::base::{Digest, InputName, Millis, RunId, RunbookId, ServiceId, StageId, Text, Timestamp, UnitId};
use crate::plan::{MarkKind, Mode, Origin, Silence};
use crate::run::{Accounts, Actor, Parent, RunStatus, Verdict};

/// Everything that is said about a run. Made from its plan and its journal alone, so that it is the same whenever and
/// wherever it is made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunReport {
    /// Version of this shape.
    pub format: u32,
    /// What it is about.
    pub cover: Cover,
    /// The result in short.
    pub summary: Executive,
    /// How time was measured.
    pub basis: Basis,
    /// What was part of it.
    pub scope: Scope,
    /// The plan against its objective.
    pub plan: PlanLine,
    /// Services against theirs.
    pub services: Vec<ServiceLine>,
    /// How much of the capacity was there when, where the runbook says anything of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// Tiers, of services and of units.
    pub tiers: Vec<TierLine>,
    /// Stages, in the order written.
    pub stages: Vec<StageLine>,
    /// Units against their targets, in the order written.
    pub units: Vec<UnitLine>,
    /// The critical path as planned.
    pub planned_path: PlannedPath,
    /// The critical path as it was.
    pub actual_path: ActualPath,
    /// Recovery points against their objectives.
    pub recovery_points: Vec<PointLine>,
    /// Everything that was read of replication links, in the order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replication: Vec<ReadingLine>,
    /// What is known of clocks beside the engine's; `None` where none could have been off.
    pub clocks: Option<Clocks>,
    /// Every run that was called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<LinkedEntry>,
    /// Every opening of a gate.
    pub gates: Vec<GateEntry>,
    /// Every manual step.
    pub manual: Vec<ManualEntry>,
    /// Every condition that was judged and every choice between branches.
    pub choices: Vec<ChoiceEntry>,
    /// What did not go as written.
    pub deviations: Vec<Deviation>,
    /// What failed.
    pub faults: Vec<Fault>,
    /// Engines that held the run, one after another.
    pub engines: Vec<EngineChange>,
    /// Every attempt that was made.
    pub attempts: Vec<Attempt>,
    /// Every event; of a report for reading, those that documents tell.
    pub timeline: Vec<TimelineEntry>,
    /// Values given at declaration.
    pub inputs: Vec<InputEntry>,
    /// Lints that the author of the runbook kept silent, and why.
    pub silences: Vec<Silence>,
    /// The runbook as executed.
    pub source: Source,
    /// What binds it to the journal.
    pub integrity: Integrity,
    /// What it does not prove.
    pub limits: Vec<Limit>,
}

/// What the report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cover {
    /// Derived from the run's id and day: the same run always has the same number.
    pub document_no: String,
    /// The runbook.
    pub runbook: RunbookId,
    /// Its name for people.
    pub title: Text,
    /// The author's version.
    pub version: Option<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Digest of the frozen plan.
    pub plan_digest: Digest,
    /// How the run touched the world.
    pub mode: Mode,
    /// The run.
    pub run: RunId,
    /// Where it stands.
    pub status: RunStatus,
    /// It is not over: every number is as of `as_of_at`.
    pub interim: bool,
    /// Version of the engine that declared it.
    pub engine: String,
    /// Who declared it.
    pub requester: Actor,
    /// Why, in the requester's words.
    pub reason: String,
    /// What was declared or decided by somebody alone, who had broken the glass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub break_glass: Vec<GlassLine>,
    /// The run that called it, where no person declared it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called_by: Option<Parent>,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// The instant of every number: the end of the run, or for a run that is not over the moment of this report.
    pub as_of_at: Timestamp,
}

/// A decision without the usual approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GlassLine {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// The gate that was decided; `None` for the declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// The result in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Executive {
    /// The worst of the plan's verdict and those of all services that have an objective; `None` while one is open.
    pub verdict: Option<Verdict>,
    /// The plan's own.
    pub plan_verdict: Option<Verdict>,
    /// Services that were later than their objective, or were not recovered.
    pub late_services: Vec<ServiceId>,
    /// Units that count for the recovery time, by verdict on their targets.
    pub units: Tally,
    /// Services by verdict.
    pub services: Tally,
    /// Of these the ones furthest beyond their targets, at most three, the worst first.
    pub overruns: Vec<Overrun>,
    /// How often people or the runbook left the written course.
    pub deviations: u32,
    /// How often something failed.
    pub faults: u32,
}

/// Verdicts counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// 준수.
    pub met: u32,
    /// 초과.
    pub exceeded: u32,
    /// 미복구.
    pub not_recovered: u32,
    /// 미측정.
    pub not_measured: u32,
    /// 모의.
    pub simulated: u32,
    /// No verdict yet.
    pub open: u32,
}

impl Tally {
    /// Counts one.
    pub fn count(&mut self, verdict: Option<Verdict>) {
        let cell = match verdict {
            Some(Verdict::Met) => &mut self.met,
            Some(Verdict::Exceeded) => &mut self.exceeded,
            Some(Verdict::NotRecovered) => &mut self.not_recovered,
            Some(Verdict::NotMeasured) => &mut self.not_measured,
            Some(Verdict::Simulated) => &mut self.simulated,
            None => &mut self.open,
        };
        *cell += 1;
    }

    /// All that were counted.
    pub const fn in_scope(&self) -> u32 {
        self.measured() + self.not_measured + self.simulated + self.open
    }

    /// Those whose verdict rests on a measure. Simulated ones never do.
    pub const fn measured(&self) -> u32 {
        self.met + self.exceeded + self.not_recovered
    }

    /// Met of measured in tenths of a percent, rounded down: one miss never reads as 100 %. `None` where nothing was.
    pub fn compliance(&self) -> Option<u32> {
        (self.met * 1_000).checked_div(self.measured())
    }

    /// Measured of all in tenths of a percent, rounded down.
    pub fn coverage(&self) -> Option<u32> {
        (self.measured() * 1_000).checked_div(self.in_scope())
    }
}

/// A unit beyond its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overrun {
    /// The unit.
    pub unit: UnitId,
    /// By how much.
    #[serde(rename = "over_ms")]
    pub over: Millis,
}

/// How time was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// The origin that verdicts are reckoned from.
    pub origin: Origin,
    /// Its instant.
    pub origin_at: Option<Timestamp>,
    /// Milestones in the order recorded, with corrections.
    pub marks: Vec<MarkEntry>,
    /// Stretches of an exercise that count for no clock, in order.
    pub exclusions: Vec<ExclusionEntry>,
    /// Milestones that lie before one they should follow: event, detect, declare.
    pub out_of_order: Vec<MarkKind>,
    /// Where the run's wall time went, from declaration to its end or to `as_of_at`.
    pub accounts: Accounts,
    /// That wall time.
    #[serde(rename = "wall_ms")]
    pub wall: Millis,
}

/// A milestone as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MarkEntry {
    /// Row of the journal.
    pub seq: u64,
    /// Which.
    pub mark: MarkKind,
    /// Its instant.
    #[serde(rename = "value_at")]
    pub value: Timestamp,
    /// When that was recorded.
    pub recorded_at: Timestamp,
    /// Who set it; `None` when a step or the engine did.
    pub by: Option<Actor>,
    /// Why.
    pub reason: String,
    /// The value that it corrects.
    #[serde(rename = "replaces_at")]
    pub replaces: Option<Timestamp>,
}

/// A stretch of an exercise that counts for no clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExclusionEntry {
    /// Its first instant.
    pub from_at: Timestamp,
    /// Its end; `None` while it goes on.
    pub until_at: Option<Timestamp>,
    /// How long it is, up to the instant of the report.
    #[serde(rename = "lasted_ms")]
    pub lasted: Millis,
    /// Who excluded it, and answers for it.
    pub by: Actor,
    /// Why.
    pub reason: Text,
}

/// What was part of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Services.
    pub services: u32,
    /// Stages in order.
    pub stages: Vec<StageEntry>,
    /// Units that count for the recovery time.
    pub units_in: u32,
    /// Units that do not, and why.
    pub units_out: Vec<OutOfScope>,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageEntry {
    /// The stage.
    pub stage: StageId,
    /// Its name for people.
    pub title: Text,
    /// How many units it has.
    pub units: u32,
}

/// A unit that does not count for the recovery time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutOfScope {
    /// The unit.
    pub unit: UnitId,
    /// Why.
    pub why: OutReason,
}

/// Why a unit does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutReason {
    /// The runbook says `rto: exclude`.
    Housekeeping,
    /// It was no part of this run.
    NotSelected {
        /// Why.
        why: Text,
    },
}

/// A value given at declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputEntry {
    /// The input.
    pub name: InputName,
    /// Its label for people.
    pub title: Text,
    /// Its value; `None` for a secret, which no journal holds, and for one that was not given.
    pub value: Option<String>,
    /// Whether it is a secret.
    pub secret: bool,
}

/// The runbook as executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its digest as frozen in the plan.
    pub digest: Digest,
    /// Whether the text below still has that digest.
    pub intact: bool,
    /// The YAML text.
    pub text: String,
}

/// What binds the report to the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Integrity {
    /// Rows of the journal, all of which fit the chain: a report is made of no other journal.
    pub rows: u64,
    /// Digest of the last row, and so of all.
    pub head: Digest,
}

/// What the report does not prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Nothing real was done.
    Simulated,
    /// The run is not over.
    Interim,
    /// The text of the runbook was changed after the declaration.
    SourceChanged,
    /// Instants are those of the engine's clock; nobody asked how far it is from the legal time.
    EngineClock,
    /// How far the clocks of some hosts are from it was not measured.
    ClockOffset,
    /// Engines on different machines held the run, and their clocks were not compared.
    EnginesApart,
    /// No recovery point was measured.
    RecoveryPoint,
    /// Evidence and comments are statements of people.
    Statements,
    /// Outputs are named by digest; they are kept beside the journal.
    Outputs,
    /// Whoever can rewrite the whole store can make a new chain: the head must be kept elsewhere.
    ChainHead,
    /// Capacity and correctness of the recovered services beyond the runbook's own checks.
    BeyondChecks,
}
