//! What is looked at on a host, by the same way on which commands get there.

use serde::{Deserialize, Serialize};

use super::Range;
use crate::base::{Bytes, Digest, Millis, Percent, TargetName};

/// Files under a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The host; `None` and `local` are the engine's own.
    pub on: Option<TargetName>,
    /// The path, absolute; `*`, `?` and `[…]` match names. Of several files the newest one is looked at.
    pub path: String,
    /// Whether anything may be there at all.
    pub exists: bool,
    /// The least size of the file.
    pub min_size: Option<Bytes>,
    /// The longest time since it was last written.
    pub max_age: Option<Millis>,
    /// The SHA-256 digest of its content.
    pub sha256: Option<Digest>,
    /// Whether it must be a gzip archive that can be read to its end.
    pub gzip: bool,
    /// How many files there must be.
    pub count: Range,
}

/// Processes of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The host; `None` and `local` are the engine's own.
    pub on: Option<TargetName>,
    /// The name of the program.
    pub name: String,
    /// Text that the command line must contain.
    pub args: Option<String>,
    /// How many there must be.
    pub count: Range,
}

/// A unit of systemd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The host; `None` and `local` are the engine's own.
    pub on: Option<TargetName>,
    /// Its name; `.service` where nothing else stands behind the last dot.
    pub name: String,
    /// The state it must be in.
    pub state: ServiceState,
}

/// States of a service that one may wish for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// It runs.
    Active,
    /// It does not run.
    Inactive,
    /// It broke down.
    Failed,
}

impl ServiceState {
    /// The word that systemd has for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Failed => "failed",
        }
    }
}

/// Room in a file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// The host; `None` and `local` are the engine's own.
    pub on: Option<TargetName>,
    /// A path in the file system, absolute.
    pub path: String,
    /// What must be free at least.
    pub free: Free,
}

/// Free room: a size, or a share of what users can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Free {
    /// A size.
    Bytes(Bytes),
    /// A share.
    Percent(Percent),
}

/// The clock of a host against that of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The host.
    pub on: TargetName,
    /// The greatest difference, either way.
    pub max: Millis,
}
