//! What a replication link has brought over.

use serde::{Deserialize, Serialize};

use super::super::{Action, Probe};
use super::Look;
use crate::base::{LinkName, Millis, TargetName};

/// A measurement of a replication link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replication {
    /// The link, which the plan has frozen.
    pub link: LinkName,
    /// The standby; absent: the link's first.
    pub standby: Option<TargetName>,
    /// How it must stand; absent: in whatever way, as long as somebody can say.
    pub state: Option<WantedFlow>,
    /// The greatest loss if the source were gone now.
    pub within: Option<Millis>,
    /// Whether the link, or the writes of its source, were cut by what was done before this step.
    #[serde(default)]
    pub cut: bool,
}

/// How a replication link must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WantedFlow {
    /// Data comes over.
    Streaming,
    /// Nothing comes over any more.
    Stopped,
    /// The standby has applied everything that the source has.
    Drained,
}

impl Action {
    /// The replication link that it measures, or asks about.
    pub const fn replication(&self) -> Option<&Replication> {
        match self {
            Self::Look(Look::Replication(it)) => Some(it),
            Self::Check(check) => check.probe.replication(),
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
}

impl Probe {
    /// The replication link that it asks about.
    pub const fn replication(&self) -> Option<&Replication> {
        match self {
            Self::Look(Look::Replication(it)) => Some(it),
            Self::Look(_) | Self::Command(_) | Self::Http(_) | Self::Tcp(_) => None,
        }
    }
}
