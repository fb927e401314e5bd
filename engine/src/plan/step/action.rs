//! What a step does, and what anybody may ask of that without knowing its kind.

use serde::{Deserialize, Serialize};

use super::{Change, Check, Command, Decision, Gate, Http, Link, Look, Manual, MarkKind, Moment, Probe, Tcp};
use crate::base::{Millis, TargetName};

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Runs a process on the engine's host, apart from the engine.
    Command(Command),
    /// One HTTP request whose answer must fit.
    Http(Http),
    /// One TCP connection that must open.
    Tcp(Tcp),
    /// One look, which must find what is wanted.
    Look(Look),
    /// One request that may change something.
    Change(Change),
    /// Asks a question, several times if need be, that has three answers: up, down, unknown.
    Check(Check),
    /// Lets time pass.
    Wait(Millis),
    /// Waits until an instant.
    Until(Moment),
    /// Records a milestone of the case.
    Mark(MarkKind),
    /// Something a person does and confirms.
    Manual(Manual),
    /// Waits for the consent of people.
    Gate(Gate),
    /// Chooses what is part of the run. The only step of its unit.
    Decision(Decision),
    /// Declares a run of another runbook and waits for it.
    Link(Link),
}

impl Action {
    /// Whether an attempt that was cut off may be repeated without asking: it only looks, or only waits.
    pub const fn is_read_only(&self) -> bool {
        match self {
            Self::Check(_)
            | Self::Tcp(_)
            | Self::Look(_)
            | Self::Wait(_)
            | Self::Until(_)
            | Self::Mark(_)
            | Self::Decision(_) => true,
            Self::Http(http) => http.is_read_only(),
            Self::Command(_) | Self::Change(_) | Self::Manual(_) | Self::Gate(_) | Self::Link(_) => false,
        }
    }

    /// Whether doing it twice is known to come to the same, without the author saying so.
    pub const fn is_idempotent(&self) -> bool {
        match self {
            Self::Change(change) => change.is_idempotent(),
            Self::Command(_)
            | Self::Http(_)
            | Self::Tcp(_)
            | Self::Look(_)
            | Self::Check(_)
            | Self::Wait(_)
            | Self::Until(_)
            | Self::Mark(_)
            | Self::Manual(_)
            | Self::Gate(_)
            | Self::Decision(_)
            | Self::Link(_) => false,
        }
    }

    /// Whether it asks from several vantage points.
    pub fn asks_around(&self) -> bool {
        self.check().is_some_and(|check| check.from.is_some())
    }

    /// Whether the attempt occupies a worker: waits, marks and people do not.
    pub const fn needs_worker(&self) -> bool {
        match self {
            Self::Command(_) | Self::Http(_) | Self::Tcp(_) | Self::Look(_) | Self::Change(_) | Self::Check(_) => true,
            Self::Link(_) => true,
            Self::Wait(_) | Self::Until(_) | Self::Mark(_) | Self::Manual(_) | Self::Gate(_) | Self::Decision(_) => {
                false
            }
        }
    }

    /// The word for this kind in YAML.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Http(_) => "http",
            Self::Tcp(_) => "tcp",
            Self::Look(look) => look.keyword(),
            Self::Change(change) => change.keyword(),
            Self::Check(_) => "check",
            Self::Wait(_) | Self::Until(_) => "wait",
            Self::Mark(_) => "mark",
            Self::Manual(_) => "manual",
            Self::Gate(_) => "gate",
            Self::Decision(_) => "decision",
            Self::Link(_) => "call",
        }
    }

    /// The question of a check.
    pub fn asked(&self) -> Option<&Probe> {
        self.check().map(|check| &check.probe)
    }

    /// The check that it is.
    pub const fn check(&self) -> Option<&Check> {
        match self {
            Self::Check(check) => Some(check),
            Self::Command(_)
            | Self::Http(_)
            | Self::Tcp(_)
            | Self::Look(_)
            | Self::Change(_)
            | Self::Wait(_)
            | Self::Until(_)
            | Self::Mark(_)
            | Self::Manual(_)
            | Self::Gate(_)
            | Self::Decision(_)
            | Self::Link(_) => None,
        }
    }

    /// The consent that it asks for.
    pub const fn gate(&self) -> Option<&Gate> {
        if let Self::Gate(gate) = self { Some(gate) } else { None }
    }

    /// The call that it is.
    pub const fn link(&self) -> Option<&Link> {
        if let Self::Link(link) = self { Some(link) } else { None }
    }

    /// The choice that it makes.
    pub const fn decision(&self) -> Option<&Decision> {
        if let Self::Decision(decision) = self { Some(decision) } else { None }
    }

    /// The process that it runs, or asks.
    pub const fn command(&self) -> Option<&Command> {
        match self {
            Self::Command(command) => Some(command),
            Self::Check(check) => check.probe.command(),
            Self::Http(_)
            | Self::Tcp(_)
            | Self::Look(_)
            | Self::Change(_)
            | Self::Wait(_)
            | Self::Until(_)
            | Self::Mark(_)
            | Self::Manual(_)
            | Self::Gate(_)
            | Self::Decision(_)
            | Self::Link(_) => None,
        }
    }

    /// The target that it names itself.
    pub const fn on(&self) -> Option<&TargetName> {
        match self {
            Self::Command(command) => command.on.as_ref(),
            Self::Look(look) => look.on(),
            Self::Change(change) => change.on(),
            Self::Check(check) => check.probe.on(),
            Self::Http(_) | Self::Tcp(_) | Self::Wait(_) | Self::Until(_) | Self::Mark(_) => None,
            Self::Manual(_) | Self::Gate(_) | Self::Decision(_) | Self::Link(_) => None,
        }
    }
}
