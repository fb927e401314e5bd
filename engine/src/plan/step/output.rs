//! What a step says that later ones use.

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use serde_json_path::JsonPath;

use super::super::UnitIx;
use crate::base::OutputName;

/// Memory that a compiled pattern may take.
const PATTERN: usize = 1 << 20;

/// A value that a step says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its name, unique in its unit.
    pub name: OutputName,
    /// Where in what was said it stands.
    pub from: Capture,
}

/// A value that a step of a unit says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputOf {
    /// The unit.
    pub unit: UnitIx,
    /// The value's name there.
    pub output: OutputName,
}

/// Where a value stands in standard output, in the body of an answer, or in the first value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// All of it, without the blanks around it.
    Whole,
    /// Beside it: the exit code, or the status.
    Code,
    /// The first match of a regular expression; of its first group, where it has one.
    Regex(String),
    /// The only node that a path (RFC 9535) leads to.
    Json(String),
}

impl Capture {
    /// Reads a regular expression.
    pub fn pattern(text: &str) -> Result<Regex, regex::Error> {
        RegexBuilder::new(text).size_limit(PATTERN).build()
    }

    /// Reads a path.
    pub fn path(text: &str) -> Result<JsonPath, serde_json_path::ParseError> {
        JsonPath::parse(text)
    }
}
