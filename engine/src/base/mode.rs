//! How a run touches the world.

use serde::{Deserialize, Serialize};

/// How a run touches the world. Fixed when it is declared, never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 모의: simulated, nothing is touched.
    Mock,
    /// 격리: real steps inside the test bubble.
    Isolated,
    /// 실전환훈련: a real switchover as an exercise.
    Drill,
    /// 실제: a disaster.
    Real,
}

impl Mode {
    /// All modes, from the harmless to the grave.
    pub const ALL: [Self; 4] = [Self::Mock, Self::Isolated, Self::Drill, Self::Real];

    /// The word in YAML, on the command line and in exports.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Mock => "mock",
            Self::Isolated => "isolated",
            Self::Drill => "drill",
            Self::Real => "real",
        }
    }

    /// Reads [`Mode::keyword`] back.
    pub fn from_keyword(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.keyword() == word)
    }
}
