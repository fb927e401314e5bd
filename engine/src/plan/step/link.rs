//! Linked starts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EnvValue;
use crate::base::{InputName, Millis, RunbookId};

/// A run of another runbook, declared by a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The runbook.
    pub runbook: RunbookId,
    /// Values for its inputs, secret ones too.
    pub inputs: BTreeMap<InputName, EnvValue>,
    /// What the step waits for.
    pub wait: LinkWait,
    /// Whether it is played whatever the mode of the run that declares it.
    pub mock: bool,
    /// How long it keeps its unit by the plan of what it calls.
    #[serde(default)]
    pub planned: Millis,
}

/// What a call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkWait {
    /// All its units that count for its recovery time, or its end.
    Ready,
    /// Its milestone *verified*, or its end.
    Verified,
    /// Its declaration.
    None,
}
