//! Entries of the registers: who was asked, who did what, what went another way than written.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::{BranchName, Decimal, Digest, Millis, OutputName, RoleName, Text, Timestamp, UnitId};
use crate::plan::{Escalation, Exclusion, MarkKind, OnTimeout, Phase};
use crate::run::{
    Actor, AttemptId, CauseKind, ClockOffset, Event, EvidenceFile, Hand, ManualResult, Purpose, Saw, StepIx,
};

/// One opening of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateEntry {
    /// The unit.
    pub unit: UnitId,
    /// What was asked.
    pub question: Text,
    /// When it asked.
    pub opened_at: Timestamp,
    /// When it was to be overdue.
    pub deadline_at: Option<Timestamp>,
    /// When it was.
    pub overdue_at: Option<Timestamp>,
    /// When it was decided, or closed without a decision.
    pub closed_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: GateOutcome,
    /// How long it asked, up to the instant of the report.
    #[serde(rename = "wait_ms")]
    pub wait: Millis,
    /// Approvals needed.
    pub quorum: u32,
    /// Each from another person.
    pub distinct: bool,
    /// Each from another role.
    pub distinct_roles: bool,
    /// How many each role gives; empty where any role will do.
    pub seats: BTreeMap<RoleName, u32>,
    /// Who may not vote.
    pub excludes: Vec<Exclusion>,
    /// Roles that may vote.
    pub approvers: Vec<RoleName>,
    /// Roles that may vote as well, level by level.
    pub escalate: Vec<Escalation>,
    /// What becomes of it when its time is over.
    pub on_timeout: OnTimeout,
    /// When its approvers were reminded.
    pub reminded_at: Option<Timestamp>,
    /// When each level of escalation began.
    pub escalated_at: Vec<Timestamp>,
    /// What was voted on.
    pub digest: Digest,
    /// The votes in order.
    pub votes: Vec<VoteEntry>,
}

/// How an opening of a gate ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GateOutcome {
    /// It still asks.
    Open,
    /// A quorum approved.
    Approved,
    /// Somebody rejected.
    Rejected,
    /// Its time was over, and that decided.
    TimedOut,
    /// The run was aborted, or its unit was started again.
    Withdrawn,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoteEntry {
    /// When.
    pub at: Timestamp,
    /// Who, with the roles held, and through which door.
    pub by: Actor,
    /// The role that it counted for.
    pub role: RoleName,
    /// In whose name it was cast, where not in that person's own.
    #[serde(skip_serializing_if = "Hand::is_own")]
    pub hand: Hand,
    /// When the voter had last shown again who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// Whether that role could vote only because the gate was escalated.
    pub escalated: bool,
    /// Yes or no.
    pub approve: bool,
    /// Said with it.
    pub comment: String,
}

/// One opening of a manual step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManualEntry {
    /// The unit.
    pub unit: UnitId,
    /// The step.
    pub step: StepIx,
    /// What was to be done.
    pub instruction: Text,
    /// When it was asked for.
    pub opened_at: Timestamp,
    /// When it was answered, or withdrawn.
    pub closed_at: Option<Timestamp>,
    /// How long that took, up to the instant of the report.
    #[serde(rename = "wait_ms")]
    pub wait: Millis,
    /// Who answered.
    pub by: Option<Actor>,
    /// What came of it; `None` while it is open, or where it was withdrawn.
    pub result: Option<ManualResult>,
    /// What shows it.
    pub evidence: String,
    /// The number that was read off, and whether it was good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<MeasureEntry>,
    /// The checklist, in the order written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<ItemEntry>,
    /// Files that were handed in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileEntry>,
    /// What second persons said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckEntry>,
    /// Whether a second person had to look at it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub second_checker: bool,
}

/// A number that a person read off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasureEntry {
    /// The number.
    pub value: Decimal,
    /// Its unit.
    pub unit: Text,
    /// The least that is good.
    pub min: Option<Decimal>,
    /// The most that is good.
    pub max: Option<Decimal>,
    /// Whether it was good.
    pub good: bool,
}

/// An item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemEntry {
    /// What was to be looked at.
    pub title: Text,
    /// Whether it may fail and stay as a finding.
    pub may_fail: bool,
    /// The last word on it; `None` where nobody looked.
    pub result: Option<ManualResult>,
    /// Whose.
    pub by: Option<Actor>,
    /// When.
    pub at: Option<Timestamp>,
    /// Said with it.
    pub note: String,
}

/// A file that was handed in. Its bytes are kept by their digest, outside of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileEntry {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// The file.
    #[serde(flatten)]
    pub file: EvidenceFile,
}

/// What a second person said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// Whether it counted; if not, it went back to who had reported it.
    pub accepted: bool,
    /// Said with it.
    pub comment: String,
}

/// A condition that was judged, or a choice between branches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChoiceEntry {
    /// Row of the journal.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The unit.
    pub unit: UnitId,
    /// What came of it.
    pub outcome: ChoiceOutcome,
    /// Who chose; `None` when conditions did.
    pub by: Option<Actor>,
    /// Why, in that person's words.
    pub reason: String,
    /// The values that were looked at, by name; `null` for a name that had none.
    pub saw: Saw,
}

/// What came of a condition or a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ChoiceOutcome {
    /// The unit's condition holds.
    Holds,
    /// It does not: the unit is no part of the run.
    DoesNotHold,
    /// Nobody could tell.
    Unjudged,
    /// A branch was taken.
    Taken {
        /// Its name.
        branch: BranchName,
        /// Its name for people.
        title: Text,
    },
    /// There was no branch to take.
    NoBranch,
}

/// Something that did not go as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// Row of the journal.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: DeviationKind,
    /// The unit, unless it concerned the run.
    pub unit: Option<UnitId>,
    /// Who; `None` when the runbook or the engine did.
    pub by: Option<Actor>,
    /// Why, in the words given.
    pub reason: Text,
}

/// Kinds of deviations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum DeviationKind {
    /// A step was attempted again by itself.
    Retry {
        /// The number of the attempt among those of its step.
        number: u32,
    },
    /// A failed or unknown unit was started again by a person.
    Restart,
    /// A unit that had been done was run again.
    Rerun,
    /// A unit waits anew, since one before it was run again.
    Rewind,
    /// It was undone: because somebody asked, or because its runbook says so when it fails.
    Rollback,
    /// Somebody vouched that it is undone.
    UndoneByHand,
    /// The run went on without a unit.
    Skip,
    /// A person vouched for a unit.
    Attest,
    /// A person decided what conditions could not.
    Choice {
        /// The branch; `None` where it was about the condition of the unit itself.
        branch: Option<BranchName>,
    },
    /// A person ended an attempt.
    Stop,
    /// The run was held.
    Pause {
        /// For how long, up to the instant of the report.
        #[serde(rename = "lasted_ms")]
        lasted: Millis,
    },
    /// The exercise was held: the time counts for no clock.
    ExerciseHold {
        /// For how long, up to the instant of the report.
        #[serde(rename = "lasted_ms")]
        lasted: Millis,
    },
    /// The run was ended early.
    Abort,
    /// A milestone was corrected.
    MarkCorrection {
        /// Which.
        mark: MarkKind,
        /// Its old value.
        #[serde(rename = "from_at")]
        from: Timestamp,
        /// Its new one.
        #[serde(rename = "to_at")]
        to: Timestamp,
    },
    /// A vote counted for a role that may vote only at an escalated gate.
    EscalatedVote,
}

/// Something that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Row of the journal.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The unit.
    pub unit: UnitId,
    /// The attempt; `None` where the unit as a whole failed by a person's word.
    pub attempt: Option<AttemptId>,
    /// The class; `None` where nobody can say how it ended.
    pub cause: Option<CauseKind>,
    /// Place, cause and next step.
    pub message: Text,
}

/// An engine took the run over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineChange {
    /// Row of the journal.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Its name.
    pub engine: String,
    /// Its fencing token.
    pub token: u64,
    /// How far the clock of the store was ahead of its own, where that was asked.
    pub clock: Option<ClockOffset>,
    /// Since the row before: the longest time in which nobody held the run.
    #[serde(rename = "silence_ms")]
    pub silence: Millis,
}

/// An attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Its number in the run.
    pub attempt: AttemptId,
    /// The unit.
    pub unit: UnitId,
    /// The step's place.
    pub step: StepIx,
    /// The step's name.
    pub title: Text,
    /// The step's phase.
    pub phase: Phase,
    /// The action or its probe.
    pub purpose: Purpose,
    /// Its number among the attempts of its step.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When its end was recorded.
    pub ended_at: Option<Timestamp>,
    /// From there to there.
    #[serde(rename = "elapsed_ms")]
    pub elapsed: Option<Millis>,
    /// When the process really ended, where the keeper knows better.
    pub process_ended_at: Option<Timestamp>,
    /// Whether it ran out of its time.
    pub timed_out: bool,
    /// The keeper that held it.
    pub keeper: Option<String>,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// The values that were taken out of what it said.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<OutputName, String>,
    /// What was seen, in a line.
    pub summary: Text,
    /// Bytes of output.
    pub output_bytes: u64,
    /// SHA-256 of the output kept.
    pub output_digest: Option<Digest>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// At work.
    Open,
    /// As wanted; of a probe: already done.
    Succeeded,
    /// Not as wanted; of a probe: not done.
    Failed,
    /// Nobody can say.
    Unknown,
}

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineEntry {
    /// Its place.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it says, as in the journal.
    pub event: Event,
}
