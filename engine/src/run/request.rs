//! What people ask of a run. Each request has an id and takes effect once, however often it arrives.

use serde::{Deserialize, Serialize};

use super::{Actor, Ballot, ManualAct};
use crate::base::{BranchName, RequestId, RunId, StageId, Text, Timestamp, UnitId};
use crate::plan::MarkKind;

/// A request on its way to the owner of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Made by the asker; a repeat with the same id is answered with the first answer.
    pub id: RequestId,
    /// The run it is about.
    pub run: RunId,
    /// Who asks.
    pub actor: Actor,
    /// What is asked.
    pub request: Request,
    /// When it was asked.
    pub at: Timestamp,
}

/// What can be asked of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Request {
    /// Start no new step until resumed; what runs, runs on.
    Pause {
        /// Why.
        reason: String,
    },
    /// Hold an exercise: start no new step, and let no clock count until resumed. Never in a real disaster.
    ExerciseHold {
        /// Why: safety, or a reason outside the exercise.
        reason: String,
    },
    /// Go on after a pause.
    Resume,
    /// End the run: running steps are ended, nothing new starts.
    Abort {
        /// Why.
        reason: String,
    },
    /// Try the failed or unknown step of a unit again.
    RetryStep {
        /// The unit.
        unit: UnitId,
    },
    /// Start a failed or unknown unit again from its first step.
    RetryUnit {
        /// The unit.
        unit: UnitId,
    },
    /// Start a unit again that failed, was skipped or was ready before.
    Rerun {
        /// The unit.
        unit: UnitId,
        /// Whether all that comes after it is started again too.
        downstream: bool,
        /// Why.
        reason: String,
    },
    /// Undo what was done, in reverse order.
    Rollback {
        /// How much of it.
        scope: Scope,
        /// Whether what was built on it and is outside the scope is undone too; without it such a wish is refused.
        downstream: bool,
        /// Why.
        reason: String,
    },
    /// End the attempt of a unit that is at work, for one that hangs. The unit fails; what follows is another request.
    Stop {
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// Go on without a unit.
    Skip {
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// Mark a unit as done by other means.
    Attest {
        /// The unit.
        unit: UnitId,
        /// What shows it.
        evidence: String,
    },
    /// Take a branch of a decision that found none to take, or let a unit run whose condition can not be judged.
    Choose {
        /// The unit.
        unit: UnitId,
        /// The branch; `holds` for a condition.
        branch: BranchName,
        /// Why.
        reason: String,
    },
    /// Vote at a gate.
    Vote {
        /// The unit whose gate is open.
        unit: UnitId,
        /// The vote as it was cast.
        #[serde(flatten)]
        ballot: Box<Ballot>,
    },
    /// Do something about manual work that is open.
    Manual {
        /// The unit.
        unit: UnitId,
        /// Which opening of manual work at that unit was shown to who asks; refused where it is another one by now.
        /// `None` means whatever is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opening: Option<u32>,
        /// What.
        work: ManualAct,
    },
    /// Set or correct a milestone; the old value is kept in the journal.
    SetMark {
        /// Which.
        mark: MarkKind,
        /// Its instant.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

/// How much is to be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Scope {
    /// One unit.
    Unit {
        /// The unit.
        unit: UnitId,
    },
    /// All units of a stage.
    Stage {
        /// The stage.
        stage: StageId,
    },
    /// Everything back to the last safe point: to the start, or to the last point of no return that was passed.
    Run,
}

/// What came of a manual step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManualResult {
    /// Done, and the expected result was seen.
    Done,
    /// Done without success.
    Failed,
    /// Does not apply here; the evidence says why.
    NotApplicable,
}

/// The answer to a submission, stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It took effect; the journal up to this row has it.
    Accepted {
        /// The last row that came of it.
        seq: u64,
    },
    /// It did not.
    Refused {
        /// A stable word for programs.
        code: String,
        /// Why, and what can be done instead.
        message: Text,
    },
}

impl Request {
    /// The plain answer to manual work, whichever opening of it is open.
    pub fn complete_manual(unit: UnitId, result: ManualResult, evidence: impl Into<String>) -> Self {
        let work = ManualAct::Complete { result, evidence: evidence.into(), measure: None };
        Self::Manual { unit, opening: None, work }
    }

    /// The verb, as in the journal and on the command line.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Pause { .. } => "pause",
            Self::ExerciseHold { .. } => "exercise_hold",
            Self::Resume => "resume",
            Self::Abort { .. } => "abort",
            Self::RetryStep { .. } => "retry_step",
            Self::RetryUnit { .. } => "retry_unit",
            Self::Rerun { .. } => "rerun",
            Self::Rollback { .. } => "rollback",
            Self::Stop { .. } => "stop",
            Self::Skip { .. } => "skip",
            Self::Attest { .. } => "attest",
            Self::Choose { .. } => "choose",
            Self::Vote { .. } => "vote",
            Self::Manual { work, .. } => match work {
                ManualAct::Claim => "claim_manual",
                ManualAct::Release => "release_manual",
                ManualAct::Assign { .. } => "assign_manual",
                ManualAct::Tick { .. } => "tick_item",
                ManualAct::Attach { .. } => "attach_evidence",
                ManualAct::Complete { .. } => "complete_manual",
                ManualAct::Check { .. } => "check_manual",
            },
            Self::SetMark { .. } => "set_mark",
        }
    }
}
