//! Instants that are waited for.

use serde::{Deserialize, Serialize};

use crate::base::{InputName, Timestamp};

/// An instant; one that has passed is not waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Written in the runbook.
    At(Timestamp),
    /// The value of an input, given with the declaration.
    Input(InputName),
}
