//! What a runbook keeps silent, for whoever reads the plan later.

use serde::{Deserialize, Serialize};

use crate::base::{ServiceId, StageId, Text, UnitId};
use crate::runbook::Code;

/// A lint that the author kept silent, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// The lint.
    pub lint: Code,
    /// Where it is silent.
    pub about: About,
    /// Why, in the author's words.
    pub reason: Text,
    /// What would have been said. Empty for what depends on the day: a plan is the same on all days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsaid: Vec<Text>,
    /// How much more would have been said.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_none(more: &u32) -> bool {
    *more == 0
}

/// Where a lint is silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Everywhere in the runbook.
    Runbook,
    /// About a service.
    Service(ServiceId),
    /// In a stage.
    Stage(StageId),
    /// About a unit and its steps.
    Unit(UnitId),
    /// About a step.
    Step {
        /// Its unit.
        unit: UnitId,
        /// Its name for people.
        step: Text,
    },
}

impl About {
    /// What it names, for people: `None` for the whole runbook.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Runbook => None,
            Self::Service(id) => Some(id.to_string()),
            Self::Stage(id) => Some(id.to_string()),
            Self::Unit(id) => Some(id.to_string()),
            Self::Step { unit, step } => Some(format!("{unit}: {}", step.get(crate::base::Lang::En))),
        }
    }
}
