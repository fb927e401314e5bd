//! The facts of a run. The journal is nothing but these, in order; everything else is a fold of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Actor, ManualResult};
use crate::base::{Digest, InputName, RequestId, RoleName, RunId, RunbookId, ServiceId, Timestamp, UnitId};
use crate::plan::{MarkKind, Mode};

/// Number of an attempt within its run, from 1. One started action has one number, so a late answer can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(pub u32);

/// Place of a step in its unit, from 0.
pub type StepIx = u16;

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

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run exists; nothing is started yet.
    Declared(Box<Header>),
    /// An engine took the run over: at its start, after a crash, or from a node that died.
    Adopted {
        /// Name of the engine's process, for people.
        engine: String,
        /// Its fencing token.
        token: u64,
    },
    /// A milestone was set or corrected; the last one counts.
    Marked {
        /// Which.
        mark: MarkKind,
        /// Its instant.
        value: Timestamp,
        /// Who set it; `None` when a step or the engine did.
        by: Option<Actor>,
        /// Why.
        reason: String,
    },
    /// Everything a unit needs is ready: its clock starts.
    Eligible {
        /// The unit.
        unit: UnitId,
    },
    /// An attempt is about to be made. Durable before anything happens.
    Started {
        /// The unit.
        unit: UnitId,
        /// The step.
        step: StepIx,
        /// The attempt.
        attempt: AttemptId,
        /// Its number among the attempts of this step, from 1.
        number: u32,
        /// The action itself, or the question whether it is already done.
        purpose: Purpose,
        /// The keeper that will hold it, for actions that outlive the engine.
        keeper: Option<String>,
    },
    /// The attempt ran out of its time and is being ended.
    TimedOut {
        /// The unit.
        unit: UnitId,
        /// The attempt.
        attempt: AttemptId,
    },
    /// An attempt ended, or nobody can say.
    Finished {
        /// The unit.
        unit: UnitId,
        /// The attempt.
        attempt: AttemptId,
        /// How.
        outcome: Outcome,
    },
    /// An attempt ended after it no longer mattered. Changes nothing.
    Late {
        /// The unit.
        unit: UnitId,
        /// The attempt.
        attempt: AttemptId,
        /// How.
        outcome: Outcome,
    },
    /// The step will be tried again.
    RetryScheduled {
        /// The unit.
        unit: UnitId,
        /// The step.
        step: StepIx,
        /// When.
        due: Timestamp,
    },
    /// A gate asks.
    GateOpened {
        /// The unit.
        unit: UnitId,
        /// The step.
        step: StepIx,
        /// When it becomes overdue.
        deadline: Option<Timestamp>,
        /// What voters vote on.
        digest: Digest,
    },
    /// Somebody voted.
    Voted {
        /// The unit.
        unit: UnitId,
        /// The vote.
        vote: Vote,
    },
    /// The gate's time ran out. Said once; the gate stays open and its escalation roles may vote.
    GateOverdue {
        /// The unit.
        unit: UnitId,
    },
    /// The gate is decided.
    GateDecided {
        /// The unit.
        unit: UnitId,
        /// Whether it was approved.
        approved: bool,
    },
    /// A manual step asks.
    ManualOpened {
        /// The unit.
        unit: UnitId,
        /// The step.
        step: StepIx,
    },
    /// A manual step was answered.
    ManualClosed {
        /// The unit.
        unit: UnitId,
        /// By whom.
        by: Actor,
        /// What came of it.
        result: ManualResult,
        /// What shows it.
        evidence: String,
    },
    /// A step without a worker (a wait, a mark) began.
    Passed {
        /// The unit.
        unit: UnitId,
        /// The step.
        step: StepIx,
        /// When a wait is over; `None` for what takes no time.
        until: Option<Timestamp>,
    },
    /// A retry is due: the unit waits for a free place again.
    Requeued {
        /// The unit.
        unit: UnitId,
    },
    /// A person ends the attempt at work; the unit then fails without another try.
    StopRequested {
        /// The unit.
        unit: UnitId,
        /// The attempt.
        attempt: AttemptId,
        /// Who.
        by: Actor,
        /// Why.
        reason: String,
    },
    /// The step is done and the unit goes on with its next one.
    StepDone {
        /// The unit.
        unit: UnitId,
        /// The step that comes next.
        next: StepIx,
    },
    /// All post-checks passed.
    Ready {
        /// The unit.
        unit: UnitId,
    },
    /// The unit failed; what follows is its `on_fail`.
    Failed {
        /// The unit.
        unit: UnitId,
        /// Why.
        cause: Cause,
    },
    /// Nobody can say whether the unit's work was done. A person must.
    Unknown {
        /// The unit.
        unit: UnitId,
        /// Why it can not be told.
        why: String,
    },
    /// A person says that the unit is done.
    Attested {
        /// The unit.
        unit: UnitId,
        /// Who.
        by: Actor,
        /// What shows it.
        evidence: String,
    },
    /// The run goes on without the unit.
    Skipped {
        /// The unit.
        unit: UnitId,
        /// Who; `None` when the runbook's `on_fail: skip` did.
        by: Option<Actor>,
        /// Why.
        reason: String,
    },
    /// The unit is not part of this run.
    NotSelected {
        /// The unit.
        unit: UnitId,
        /// Why.
        why: String,
    },
    /// The unit will not be started any more.
    Cancelled {
        /// The unit.
        unit: UnitId,
    },
    /// The unit starts again.
    Reset {
        /// The unit.
        unit: UnitId,
        /// The step it starts again at.
        step: StepIx,
        /// Who.
        by: Actor,
        /// Why.
        reason: String,
    },
    /// What the unit needs was started again: it waits for it anew.
    Rewound {
        /// The unit.
        unit: UnitId,
        /// Who.
        by: Actor,
    },
    /// The unit took longer than its target. Said once.
    TargetExceeded {
        /// The unit.
        unit: UnitId,
    },
    /// The run or a service is later than its objective. Said once each.
    RtoExceeded {
        /// The service; `None` for the run as a whole.
        service: Option<ServiceId>,
    },
    /// No new step starts.
    Paused {
        /// Who; `None` when the runbook's `on_fail: pause` did.
        by: Option<Actor>,
        /// Why.
        reason: String,
    },
    /// Steps start again.
    Resumed {
        /// Who.
        by: Actor,
    },
    /// The run is being ended.
    AbortRequested {
        /// Who; `None` when the runbook did.
        by: Option<Actor>,
        /// Why.
        reason: String,
    },
    /// Nothing can move before a person decides about failed or unknown units. Said each time it comes to this.
    Stalled,
    /// The run is over.
    Ended {
        /// How.
        end: End,
    },
    /// A request was carried out; stands behind the events that came of it.
    Obeyed {
        /// The request.
        request: RequestId,
        /// Who asked.
        by: Actor,
        /// The verb, for the timeline.
        verb: String,
    },
}

/// What an attempt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The step's action.
    Act,
    /// The step's `already_done`.
    Probe,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// As wanted. Of a probe: already done.
    Succeeded {
        /// What was seen.
        seen: Seen,
    },
    /// Not as wanted. Of a probe: not done.
    Failed {
        /// Why.
        cause: Cause,
        /// What was seen.
        seen: Seen,
    },
    /// Nobody can say.
    Unknown {
        /// Why.
        why: String,
        /// What was seen.
        seen: Seen,
    },
}

/// What was seen of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// A line for tables: `exit 0`, `200 in 12 ms`, `3 of 30: connection refused`.
    pub summary: String,
    /// Bytes of output produced, kept or not.
    pub output_bytes: u64,
    /// SHA-256 of the output that was kept; `None` when there was none.
    pub output_digest: Option<Digest>,
    /// When the process really ended, where the keeper knows better than the journal.
    pub ended_at: Option<Timestamp>,
}

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The class.
    pub kind: CauseKind,
    /// Place, cause and next step, in words an operator understands.
    pub message: String,
}

/// Classes of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// The process ended with another exit code than wanted.
    Exit,
    /// A signal ended the process.
    Signal,
    /// The process could not be started at all.
    Spawn,
    /// It took too long.
    TimedOut,
    /// An answer came, but not the wanted one.
    Unexpected,
    /// A check stayed down or unknown.
    Check,
    /// No connection.
    Unreachable,
    /// People rejected it.
    Rejected,
    /// A person reported failure.
    Manual,
    /// It was ended because the run was aborted.
    Aborted,
    /// An operator ended it.
    Stopped,
    /// The step can not be carried out here at all.
    Refused,
    /// Played by the simulation.
    Injected,
}

/// A vote, never changed once cast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub by: Actor,
    /// The approver role it counts for.
    pub role: RoleName,
    /// Yes or no.
    pub approve: bool,
    /// Said with it.
    pub comment: String,
    /// What was voted on.
    pub digest: Digest,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Every unit is ready, attested, skipped or not selected.
    Completed,
    /// Somebody ended it.
    Aborted,
}

impl Event {
    /// The unit it is about.
    pub const fn unit(&self) -> Option<&UnitId> {
        match self {
            Self::Eligible { unit }
            | Self::Started { unit, .. }
            | Self::TimedOut { unit, .. }
            | Self::Finished { unit, .. }
            | Self::Late { unit, .. }
            | Self::RetryScheduled { unit, .. }
            | Self::GateOpened { unit, .. }
            | Self::Voted { unit, .. }
            | Self::GateOverdue { unit }
            | Self::GateDecided { unit, .. }
            | Self::ManualOpened { unit, .. }
            | Self::ManualClosed { unit, .. }
            | Self::Passed { unit, .. }
            | Self::Requeued { unit }
            | Self::StopRequested { unit, .. }
            | Self::StepDone { unit, .. }
            | Self::Ready { unit }
            | Self::Failed { unit, .. }
            | Self::Unknown { unit, .. }
            | Self::Attested { unit, .. }
            | Self::Skipped { unit, .. }
            | Self::NotSelected { unit, .. }
            | Self::Cancelled { unit }
            | Self::Reset { unit, .. }
            | Self::Rewound { unit, .. }
            | Self::TargetExceeded { unit } => Some(unit),
            Self::Declared(_)
            | Self::Adopted { .. }
            | Self::Marked { .. }
            | Self::RtoExceeded { .. }
            | Self::Paused { .. }
            | Self::Resumed { .. }
            | Self::AbortRequested { .. }
            | Self::Stalled
            | Self::Ended { .. }
            | Self::Obeyed { .. } => None,
        }
    }
}
