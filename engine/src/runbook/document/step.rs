//! Steps: what one action inside a unit is.

use super::super::read::{Count, Named, shape, words};
use super::super::{Span, Spanned};
use super::{AlreadyDone, Call, Decision, Link, Manual, Notify, Questioning, Retry, Said, Silence, Wait};
use crate::base::{Millis, OutputName, RoleName, Text};

/// One action inside a unit.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where its action stands.
    pub span: Span,
    /// What people call it.
    pub name: Option<Text>,
    /// Longest time of one attempt.
    pub timeout: Option<Millis>,
    /// How often it is tried.
    pub retry: Option<Retry>,
    /// Whether repeating it does no harm.
    pub idempotent: Option<bool>,
    /// A question whose answer tells that this step is already done.
    pub already_done: Option<Box<AlreadyDone>>,
    /// Values that it says.
    pub outputs: Vec<Named<OutputName, Spanned<Said>>>,
    /// Lints that are kept silent about it.
    pub silence: Vec<Silence>,
    /// What undoes it.
    pub rollback: Option<Vec<Self>>,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Calls a system once. In `pre` and `post` the compiler makes a check of it.
    Call(Call),
    /// Asks a system until the answer is as wished.
    Check(Call, Questioning),
    /// Lets time pass, or waits for something.
    Wait(Box<Wait>),
    /// Records a milestone.
    Mark(Mark),
    /// Work of a person.
    Manual(Box<Manual>),
    /// Consent of people.
    Gate(Box<Gate>),
    /// A message to people.
    Notify(Box<Notify>),
    /// A choice of what is part of the run.
    Decision(Box<Decision>),
    /// A run of another runbook.
    Link(Box<Link>),
}

words! {
    /// A milestone on the clock of the case.
    pub enum Mark {
        /// It happened.
        Event = "event",
        /// It was noticed.
        Detect = "detect",
        /// It was declared.
        Declare = "declare",
        /// The business confirmed that it works.
        Verified = "verified",
        /// The service was opened to its users.
        Resume = "resume",
        /// The primary site serves again.
        FailbackDone = "failback_done",
        /// The case was closed.
        Close = "close",
    }
}

words! {
    /// The wanted answer of a check.
    pub enum Direction {
        /// It works.
        Up = "up",
        /// It must not work, as when a fenced database must refuse.
        Down = "down",
    }
}

shape! {
    /// Consent of people before going on.
    pub struct Gate ["a gate", "승인 게이트"] {
        /// What is being asked.
        "question" => question: Text,
        /// Roles of which one is needed to vote.
        "approvers" => approvers: Spanned<Vec<RoleName>>,
        /// Approvals needed; 1 where absent.
        "quorum" => quorum: Spanned<Count<1, 100>>,
        /// Whether each approval must come from another person; true where absent.
        "distinct" => distinct: bool,
        /// Who may not vote although the role would allow it: requester.
        "exclude" => exclude: Vec<Exclusion>,
        /// After this the gate is overdue: said once and escalated, never approved by itself.
        "timeout" => timeout: Millis,
        /// Roles that may vote as well once the gate is overdue.
        "escalate" => escalate: Vec<RoleName>,
        /// What a rejection leads to: fail (default), abort or rollback.
        "on_reject" => on_reject: OnReject,
    }
}

words! {
    /// Persons kept from voting.
    pub enum Exclusion {
        /// Who declared the run.
        Requester = "requester",
    }
}

words! {
    /// What a rejected gate does.
    pub enum OnReject {
        /// The unit fails.
        Fail = "fail",
        /// The run is aborted.
        Abort = "abort",
        /// The run goes back to its last safe point.
        Rollback = "rollback",
    }
}
