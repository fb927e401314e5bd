//! Questions, and how they are asked.

use serde::{Deserialize, Serialize};

use super::{Command, Http, Look, Tcp, Vantage};
use crate::base::{Millis, TargetName};

/// A question asked until it is answered well, or often enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What is asked.
    pub probe: Probe,
    /// How often at most; at least 1.
    pub attempts: u32,
    /// Pause between two askings.
    pub every: Millis,
    /// How many good answers in a row are wanted; at least 1.
    pub successes: u32,
    /// Whether `down` is the wanted answer, as when a fenced database must refuse.
    pub expect_down: bool,
    /// Where it is asked from; `None`: from one place alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Vantage>,
}

/// A question to a system, without side effects. Its answers are up (yes), down (no) and unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// A command that changes nothing: a success exit is up, 1 is down, anything else unknown.
    Command(Command),
    /// An HTTP request: a fitting answer is up, another answer or a refused connection is down, silence unknown.
    Http(Http),
    /// A TCP connection: open is up, refused is down, silence unknown.
    Tcp(Tcp),
    /// A look at something, weighed by the engine.
    Look(Look),
}

impl Probe {
    /// The word for this kind in YAML.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Http(_) => "http",
            Self::Tcp(_) => "tcp",
            Self::Look(look) => look.keyword(),
        }
    }

    /// The process that it asks.
    pub const fn command(&self) -> Option<&Command> {
        match self {
            Self::Command(command) => Some(command),
            Self::Http(_) | Self::Tcp(_) | Self::Look(_) => None,
        }
    }

    /// The target that it names itself.
    pub const fn on(&self) -> Option<&TargetName> {
        match self {
            Self::Command(command) => command.on.as_ref(),
            Self::Look(look) => look.on(),
            Self::Http(_) | Self::Tcp(_) => None,
        }
    }
}
