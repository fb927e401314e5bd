//! Processes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{InputName, OutputName, SecretName, TargetName};
use crate::plan::UnitIx;

/// A process to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// What is executed.
    pub line: CommandLine,
    /// Where: `None` and `local` are the engine's host.
    pub on: Option<TargetName>,
    /// Extra environment. Inputs also arrive as `RELIGHT_INPUT_<NAME>`, secret ones only where named here.
    pub env: BTreeMap<String, EnvValue>,
    /// Working directory; the state folder's `work` where absent.
    pub dir: Option<String>,
    /// Exit codes that mean success.
    pub exit: Vec<i32>,
    /// Text that standard output must contain.
    pub stdout: Option<String>,
}

/// The two forms of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandLine {
    /// A string: run by `sh -c`, exactly as written.
    Shell(String),
    /// A list: the program and its arguments, without a shell. Never empty.
    Argv(Vec<String>),
}

/// What an environment variable of a step holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvValue {
    /// A text from the runbook.
    Literal(String),
    /// The value of an input of the run, a secret one too.
    Input(InputName),
    /// What a step of a unit before this one said.
    Output(UnitIx, OutputName),
    /// The value of a secret of the inventory.
    Secret(SecretName),
}
