//! What is asked of a database.

use serde::{Deserialize, Serialize};

use super::super::EnvValue;
use super::{Range, Test, Value};
use crate::base::TargetName;

/// A statement, and what must come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sql {
    /// The target whose database it is.
    pub on: Option<TargetName>,
    /// The statement, in the words of its database.
    pub statement: String,
    /// What stands for the parameters of the statement, in their order. Never part of its text.
    pub args: Vec<EnvValue>,
    /// Whether the database is told to refuse changes, or they are taken back.
    pub read_only: bool,
    /// What must come of it.
    pub wanted: Wanted,
}

/// What must come of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Only that it is carried out.
    Done,
    /// One row, whose first value passes.
    Value(Test),
    /// So many rows.
    Rows(Range),
    /// These rows, in this order.
    These(Vec<Vec<Value>>),
}
