//! How many there may be.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number from `min` to `max`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The least.
    pub min: u64,
    /// The most; `None` means any number.
    pub max: Option<u64>,
}

impl Range {
    /// Whether a number lies in it.
    pub fn holds(self, number: u64) -> bool {
        number >= self.min && self.max.is_none_or(|max| number <= max)
    }

    /// As it is said in Korean behind a noun.
    pub fn in_korean(self) -> String {
        match (self.min, self.max) {
            (min, Some(max)) if min == max => format!("{min}개"),
            (0, Some(max)) => format!("{max}개 이하"),
            (min, Some(max)) => format!("{min}~{max}개"),
            (min, None) => format!("{min}개 이상"),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (min, Some(max)) if min == max => write!(f, "{min}"),
            (0, Some(max)) => write!(f, "at most {max}"),
            (min, Some(max)) => write!(f, "{min} to {max}"),
            (min, None) => write!(f, "at least {min}"),
        }
    }
}
