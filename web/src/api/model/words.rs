//! Small things that stand everywhere.

use engine::base::{Lang, Text, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Both {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

impl Both {
    /// Both forms of a text, even where they are the same.
    pub fn of(text: &Text) -> Self {
        Self { ko: text.get(Lang::Ko).to_owned(), en: text.get(Lang::En).to_owned() }
    }
}

/// An instant as it is written in answers.
pub fn iso(at: Timestamp) -> String {
    at.to_iso()
}

/// How a run touches the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
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

impl From<engine::plan::Mode> for Mode {
    fn from(mode: engine::plan::Mode) -> Self {
        match mode {
            engine::plan::Mode::Mock => Self::Mock,
            engine::plan::Mode::Isolated => Self::Isolated,
            engine::plan::Mode::Drill => Self::Drill,
            engine::plan::Mode::Real => Self::Real,
        }
    }
}

impl From<Mode> for engine::plan::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Mock => Self::Mock,
            Mode::Isolated => Self::Isolated,
            Mode::Drill => Self::Drill,
            Mode::Real => Self::Real,
        }
    }
}
