//! From where a question is asked.

use serde::{Deserialize, Serialize};

use crate::base::TargetName;

/// Places that ask the same, and how many of them must agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vantage {
    /// The places; `local` is the engine's own. Each once, never empty.
    pub points: Vec<TargetName>,
    /// How many must say the same before it counts. More than half of them, so that they can not say both.
    pub quorum: u32,
}
