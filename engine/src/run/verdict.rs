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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_met_and_one_millisecond_more_is_not() {
        let objective = Some(Millis::minutes(40));
        assert_eq!(Verdict::of(Millis::minutes(40), objective), Verdict::Met);
        assert_eq!(Verdict::of(Millis(Millis::minutes(40).0 + 1), objective), Verdict::Exceeded);
        assert_eq!(Verdict::of(Millis::ZERO, Some(Millis::ZERO)), Verdict::Met);
        assert_eq!(Verdict::of(Millis::ZERO, None), Verdict::NotMeasured);
    }

    #[test]
    fn the_worst_of_two_verdicts_is_the_greater() {
        let from_best =
            [Verdict::Simulated, Verdict::Met, Verdict::NotMeasured, Verdict::Exceeded, Verdict::NotRecovered];
        assert!(from_best.is_sorted());
    }
}
