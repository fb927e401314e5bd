//! The facts of a run. The journal is nothing but these, in order; everything else is a fold of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Actor, AttemptId, Cause, ClockOffset, EvidenceFile, Hand, Header, Holder, ManualResult, Outcome, Purpose, Saw,
    StepIx, Unselected,
};
use crate::base::{
    BranchName, Decimal, Digest, LockName, RequestId, RoleName, RunId, ServiceId, Text, Timestamp, UnitId, UserName,
};
use crate::plan::MarkKind;

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
        /// How far the clock of the store was ahead of this engine's: what two engines that held a run have in common.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<ClockOffset>,
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
    /// Half of the gate's time went by without a decision. Said once.
    GateReminded {
        /// The unit.
        unit: UnitId,
    },
    /// More roles may vote from now on. Said once for each level.
    GateEscalated {
        /// The unit.
        unit: UnitId,
        /// The level, from 1.
        level: u32,
        /// The roles that it adds.
        roles: Vec<RoleName>,
    },
    /// The gate's time ran out. Said once; what follows is what the gate says of that, and never an approval.
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
        /// Whether its time-out decided, and nobody's vote.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        in_default: bool,
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
        /// The number that was read off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        measure: Option<Decimal>,
    },
    /// Something was done about manual work that is open.
    ManualWorked {
        /// The unit.
        unit: UnitId,
        /// Who did it.
        by: Actor,
        /// What.
        work: ManualWork,
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
        why: Text,
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
        reason: Text,
    },
    /// The condition of a unit was judged, once all that it looks at was settled.
    Judged {
        /// The unit.
        unit: UnitId,
        /// Whether it holds; `None` when that can not be told.
        holds: Option<bool>,
        /// Who said so; `None` when the condition itself did.
        by: Option<Actor>,
        /// Why, in that person's words.
        reason: String,
        /// What it saw.
        saw: Saw,
    },
    /// A unit that decides has taken a branch, or found none to take.
    Decided {
        /// The unit.
        unit: UnitId,
        /// The branch.
        branch: Option<BranchName>,
        /// Who chose it; `None` when its condition did.
        by: Option<Actor>,
        /// Why, in that person's words.
        reason: String,
        /// What the conditions saw.
        saw: Saw,
    },
    /// The unit is not part of this run.
    NotSelected {
        /// The unit.
        unit: UnitId,
        /// Why.
        why: Unselected,
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
        reason: Text,
    },
    /// What the unit needs was started again: it waits for it anew.
    Rewound {
        /// The unit.
        unit: UnitId,
        /// Who; `None` when the runbook asked.
        by: Option<Actor>,
    },
    /// The unit is to be undone as soon as the attempt at work has ended.
    Recalled {
        /// The unit.
        unit: UnitId,
        /// Who; `None` when the runbook asked.
        by: Option<Actor>,
        /// Why.
        reason: Text,
    },
    /// The unit is to be undone, once all that was built on it is.
    RollbackAsked {
        /// The unit.
        unit: UnitId,
        /// Who; `None` when the runbook's `on_fail: rollback` did.
        by: Option<Actor>,
        /// Why.
        reason: Text,
    },
    /// The way back of the unit begins.
    RollbackBegun {
        /// The unit.
        unit: UnitId,
        /// Its first step.
        step: StepIx,
    },
    /// What the unit did is undone, or there was nothing to undo.
    RolledBack {
        /// The unit.
        unit: UnitId,
        /// Who vouches for it; `None` when its own steps did it, or nothing was to be done.
        by: Option<Actor>,
        /// What shows it, in the words of that person.
        evidence: String,
    },
    /// The unit can not start before another run has come somewhere. Said once for each run, and once while there is none.
    StartAwaited {
        /// The unit.
        unit: UnitId,
        /// The run that it waits for.
        run: Option<RunId>,
    },
    /// The other run has come there; the unit may start.
    StartReached {
        /// The unit.
        unit: UnitId,
        /// The run; `None` in a mock run that is played alone.
        run: Option<RunId>,
    },
    /// The unit can not start: another run has a lock that it wants. Said once for each lock and holder.
    LockAwaited {
        /// The unit.
        unit: UnitId,
        /// The lock.
        lock: LockName,
        /// The run that has it.
        holder: Holder,
    },
    /// The run has the locks that the unit wants, until it is over.
    Locked {
        /// The unit.
        unit: UnitId,
        /// Its locks.
        locks: BTreeSet<LockName>,
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
        reason: Text,
    },
    /// The exercise is held: no new step starts and no clock counts until it goes on.
    ExerciseHeld {
        /// Who, and who answers for the exclusion.
        by: Actor,
        /// Why.
        reason: Text,
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
        reason: Text,
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

/// What is done about manual work before it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ManualWork {
    /// Who says so does it.
    Claimed,
    /// Nobody does it any more.
    Released,
    /// Somebody was told to do it.
    Assigned {
        /// Who.
        to: UserName,
    },
    /// An item of the checklist was looked at; the last word on an item counts.
    Ticked {
        /// Its place, from 0.
        item: u16,
        /// What came of it.
        result: ManualResult,
        /// Said with it.
        note: String,
    },
    /// A file was handed in.
    Attached {
        /// Which.
        file: EvidenceFile,
    },
    /// It was reported, and waits for a second person.
    Reported {
        /// What came of it.
        result: ManualResult,
        /// What shows it.
        evidence: String,
        /// The number that was read off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        measure: Option<Decimal>,
    },
    /// A second person looked at the report. What is not accepted goes back to who reported it.
    Checked {
        /// Whether it counts.
        accepted: bool,
        /// Said with it.
        comment: String,
    },
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
    /// In whose name, where that is not the name of who cast it.
    #[serde(default, skip_serializing_if = "Hand::is_own")]
    pub hand: Hand,
    /// When who cast it had shown again who he is, where the door said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
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
            | Self::GateReminded { unit }
            | Self::GateEscalated { unit, .. }
            | Self::GateOverdue { unit }
            | Self::GateDecided { unit, .. }
            | Self::ManualOpened { unit, .. }
            | Self::ManualClosed { unit, .. }
            | Self::ManualWorked { unit, .. }
            | Self::Passed { unit, .. }
            | Self::Requeued { unit }
            | Self::StopRequested { unit, .. }
            | Self::StepDone { unit, .. }
            | Self::Ready { unit }
            | Self::Failed { unit, .. }
            | Self::Unknown { unit, .. }
            | Self::Attested { unit, .. }
            | Self::Skipped { unit, .. }
            | Self::Judged { unit, .. }
            | Self::Decided { unit, .. }
            | Self::NotSelected { unit, .. }
            | Self::Cancelled { unit }
            | Self::Reset { unit, .. }
            | Self::Rewound { unit, .. }
            | Self::Recalled { unit, .. }
            | Self::RollbackAsked { unit, .. }
            | Self::RollbackBegun { unit, .. }
            | Self::RolledBack { unit, .. }
            | Self::StartAwaited { unit, .. }
            | Self::StartReached { unit, .. }
            | Self::LockAwaited { unit, .. }
            | Self::Locked { unit, .. }
            | Self::TargetExceeded { unit } => Some(unit),
            Self::Declared(_)
            | Self::Adopted { .. }
            | Self::Marked { .. }
            | Self::RtoExceeded { .. }
            | Self::Paused { .. }
            | Self::ExerciseHeld { .. }
            | Self::Resumed { .. }
            | Self::AbortRequested { .. }
            | Self::Stalled
            | Self::Ended { .. }
            | Self::Obeyed { .. } => None,
        }
    }
}
