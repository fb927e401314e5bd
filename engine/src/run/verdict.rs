//! Verdicts on times.

use serde::{Deserialize, Serialize};

use crate::base::Millis;

/// The verdict on a time against its objective, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 모의: played, never counted as compliance.
    Simulated,
    /// 준수: not longer than the objective.
    Met,
    /// 미측정: there is no objective, or no measure.
    NotMeasured,
    /// 초과: longer than the objective.
    Exceeded,
    /// 미복구: ended without being ready.
    NotRecovered,
}

impl Verdict {
    /// Compares a time with its objective, to the millisecond; equality is met.
    pub fn of(took: Millis, objective: Option<Millis>) -> Self {
        match objective {
            None => Self::NotMeasured,
            Some(objective) if took <= objective => Self::Met,
            Some(_) => Self::Exceeded,
        }
    }

    /// The word in exports and style sheets.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Met => "met",
            Self::NotMeasured => "not_measured",
            Self::Exceeded => "exceeded",
            Self::NotRecovered => "not_recovered",
        }
    }
}
