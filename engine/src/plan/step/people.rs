//! What people do, say and decide.

use serde::{Deserialize, Serialize};

use crate::base::{Millis, RoleName, Text};

/// A milestone on the clock of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// 발생: the disaster, or the inject of a drill.
    Event,
    /// 인지: somebody or something noticed.
    Detect,
    /// 선포: the commander declared.
    Declare,
    /// The run started.
    Start,
    /// 업무 확인: the business confirmed that it works.
    Verified,
    /// 재개: the service was opened to its users.
    Resume,
    /// 환원 완료: the primary site serves again.
    FailbackDone,
    /// The case was closed.
    Close,
}

/// Consent of people before going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// What is being asked.
    pub question: Text,
    /// Roles of which one is needed to vote; never empty.
    pub approvers: Vec<RoleName>,
    /// Approvals needed; at least 1.
    pub quorum: u32,
    /// Each approval must come from another person. Without it one person may fill several roles' votes.
    pub distinct: bool,
    /// Who may not vote although the role would allow it.
    pub exclude: Vec<Exclusion>,
    /// After this the gate is overdue: it is said once and escalated. It never approves by itself.
    pub timeout: Option<Millis>,
    /// Roles that may vote as well once the gate is overdue.
    pub escalate: Vec<RoleName>,
    /// What a rejection leads to.
    pub on_reject: OnReject,
}

/// Persons kept from voting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Who declared the run.
    Requester,
}

/// What a rejected gate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReject {
    /// The unit fails; the operator decides what follows.
    #[default]
    Fail,
    /// The run is aborted.
    Abort,
    /// The run goes back to its last safe point.
    Rollback,
}
