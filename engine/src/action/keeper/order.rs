//! What the keeper is asked to execute.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A process to start. Its `Debug` shows neither arguments nor environment: either may hold what is nobody's business.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The program and its arguments. A program without `/` is looked up in the `PATH` of `env`.
    pub argv: Vec<String>,
    /// The whole environment; nothing is inherited.
    pub env: Vec<(String, String)>,
    /// Working directory, absolute.
    pub dir: String,
    /// A text to look for in standard output, whatever part of the output is kept.
    pub look_for: Option<String>,
    /// Whether the beginning of standard output is told apart from the rest, with the ending.
    #[serde(default)]
    pub keep: bool,
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").field("program", &self.argv.first()).finish_non_exhaustive()
    }
}
