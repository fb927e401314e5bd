//! What a replication link has brought over.

use serde::{Deserialize, Serialize};

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
