//! How grave it is: service and facility grades after the classification that seed 000 of the field gives.
//!
//! | grade | by service: outage of a main service of | by facility |
//! |---|---|---|
//! | 1 | large or sensitive customers, longer than 2 h | data centre |
//! | 2 | large or sensitive customers, longer than 1 h | zone |
//! | 3 | large or sensitive customers, 1 h or less | pod |
//! | 4 | sensitive customers, 30 min or less | cluster |
//!
//! The third and the fourth row overlap for sensitive customers: the narrower one is taken for as long as it holds. Of other
//! customers the table says nothing, so their outage has no service grade.

use serde::{Deserialize, Serialize};

use crate::base::{FacilityScope, Millis, Timestamp, keywords};

/// A grade from 1, the gravest, to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Grade(u8);

/// A number that is no grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a grade is 1, 2, 3 or 4")]
pub struct NoGrade;

impl Grade {
    /// All grades, the gravest first.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Grade {
    type Error = NoGrade;

    fn try_from(number: u8) -> Result<Self, NoGrade> {
        Self::ALL.into_iter().find(|grade| grade.0 == number).ok_or(NoGrade)
    }
}

impl From<Grade> for u8 {
    fn from(grade: Grade) -> Self {
        grade.0
    }
}

keywords! {
    /// Whose main service is out.
    Customers {
        /// 민감고객.
        Sensitive = "sensitive",
        /// 대형고객.
        Large = "large",
        /// Neither: such an outage has no service grade.
        General = "general",
    }
    /// A length of outage behind which a case is graver.
    Threshold {
        /// 30 minutes.
        HalfHour = "30m",
        /// 1 hour.
        OneHour = "1h",
        /// 2 hours.
        TwoHours = "2h",
    }
}

impl Threshold {
    /// How long an outage may last without passing it.
    pub const fn length(self) -> Millis {
        match self {
            Self::HalfHour => Millis::minutes(30),
            Self::OneHour => Millis::minutes(60),
            Self::TwoHours => Millis::minutes(120),
        }
    }

    /// The first instant at which an outage that began at `since` has passed it: an outage of just this length has not.
    pub fn passed_at(self, since: Timestamp) -> Timestamp {
        since.plus(self.length()).plus(Millis(1))
    }
}

/// The grade of an outage so long of these customers' main service.
pub fn by_service(customers: Customers, outage: Millis) -> Option<Grade> {
    let longer = |threshold: Threshold| outage > threshold.length();
    match customers {
        Customers::General => None,
        Customers::Sensitive | Customers::Large if longer(Threshold::TwoHours) => Some(Grade(1)),
        Customers::Sensitive | Customers::Large if longer(Threshold::OneHour) => Some(Grade(2)),
        Customers::Sensitive if !longer(Threshold::HalfHour) => Some(Grade(4)),
        Customers::Sensitive | Customers::Large => Some(Grade(3)),
    }
}

/// The grade of a fault of so much of the facility.
pub const fn by_facility(scope: FacilityScope) -> Grade {
    match scope {
        FacilityScope::Dc => Grade(1),
        FacilityScope::Zone => Grade(2),
        FacilityScope::Pod => Grade(3),
        FacilityScope::Cluster => Grade(4),
    }
}

/// What is known of how grave a case is, at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grading {
    /// How long the outage has lasted, or did.
    pub outage: Millis,
    /// By service.
    pub service: Option<Grade>,
    /// By facility.
    pub facility: Option<Grade>,
    /// The graver of the two.
    pub computed: Option<Grade>,
    /// The one that holds: what a person set, as long as time has not made it graver; else the computed one.
    pub holds: Option<Grade>,
}

/// Whether a case is graver than it was: a smaller number is a graver grade, and any grade is graver than none.
pub(super) fn is_graver(was: Option<Grade>, is: Option<Grade>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => is < was,
        (None, is) => is.is_some(),
        (Some(_), None) => false,
    }
}

/// The graver of two grades, where there are any.
pub(super) fn graver(one: Option<Grade>, other: Option<Grade>) -> Option<Grade> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades(customers: Customers) -> Vec<Option<u8>> {
        let edges = [0, 30, 60, 120].map(Millis::minutes);
        let lengths = edges.into_iter().flat_map(|edge| [edge, edge + Millis(1)]);
        lengths.map(|outage| by_service(customers, outage).map(Grade::number)).collect()
    }

    #[test]
    fn service_grades_are_those_of_the_classification_to_the_millisecond() {
        let some = |row: [u8; 8]| row.map(Some).to_vec();
        assert_eq!(grades(Customers::Sensitive), some([4, 4, 4, 3, 3, 2, 2, 1]));
        assert_eq!(grades(Customers::Large), some([3, 3, 3, 3, 3, 2, 2, 1]));
        assert_eq!(grades(Customers::General), [None; 8]);
    }

    #[test]
    fn facility_grades_follow_the_scope_and_the_graver_grade_is_the_smaller_number() {
        let all: Vec<u8> = FacilityScope::ALL.iter().map(|scope| by_facility(*scope).number()).collect();
        assert_eq!(all, [1, 2, 3, 4]);
        assert_eq!(graver(Some(Grade(3)), Some(Grade(2))), Some(Grade(2)));
        assert_eq!(graver(None, Some(Grade(4))), Some(Grade(4)));
        assert_eq!(graver(None, None), None);
    }

    #[test]
    fn a_threshold_is_passed_a_millisecond_behind_its_length() {
        let since = Timestamp(1_000);
        for threshold in Threshold::ALL {
            let at = threshold.passed_at(since);
            assert!(at.since(since) > threshold.length());
            assert_eq!(at.since(since).saturating_sub(threshold.length()), Millis(1));
        }
    }

    #[test]
    fn numbers_beyond_the_four_grades_are_refused() {
        assert_eq!(Grade::try_from(0), Err(NoGrade));
        assert_eq!(Grade::try_from(5), Err(NoGrade));
        assert!(serde_json::from_str::<Grade>("7").is_err());
    }
}
