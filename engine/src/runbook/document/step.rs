//! Steps: what one action inside a unit is.

use super::super::read::{Named, words};
use super::super::{Span, Spanned};
use super::{AlreadyDone, Call, Decision, Gate, Link, Manual, Notify, Questioning, Retry, Said, Silence, Wait};
use crate::base::{Millis, OutputName, Text};

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
    /// Once it is done the unit is usable: how long after the unit's start that is to be.
    pub usable: Option<Spanned<Millis>>,
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
