//! Days of the calendar, for what is due on one.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::{Millis, Timestamp};

/// How long a day is in Korea, which has no daylight saving.
const DAY: Millis = Millis::minutes(24 * 60);

/// A day of the calendar, written `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

/// A text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day such as 2027-06-30")]
pub struct ParseDayError;

impl Day {
    /// The day that it is in Seoul at an instant.
    pub fn in_seoul(at: Timestamp) -> Self {
        // Korea has kept +09:00 without daylight saving since 1988.
        let seoul = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(at.to_zoned(seoul).date())
    }

    /// Its first instant in Seoul.
    pub fn begins_at(self) -> Timestamp {
        let seoul = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
        self.0.to_zoned(seoul).map_or(Timestamp(i64::MAX), |at| Timestamp(at.timestamp().as_millisecond()))
    }

    /// The day so much later; parts of days are left out.
    #[must_use]
    pub fn plus(self, by: Millis) -> Self {
        let days = i64::try_from(by.0 / DAY.0).unwrap_or(i64::MAX);
        self.0.checked_add(days.min(3_660_000).days()).map_or(Self(Date::MAX), Self)
    }

    /// The days from an earlier one to this one; negative where that is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.duration_since(earlier.0).as_hours() / 24
    }

    /// The same day of the month so many months later, or earlier; the last of the month where it has no such day.
    #[must_use]
    pub fn plus_months(self, months: impl Into<i64>) -> Self {
        self.0.checked_add(months.into().months()).map_or(Self(Date::MAX), Self)
    }

    /// The next day.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(Date::MAX))
    }

    /// Year, month from 1, and day of the month from 1.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The day of the week: 0 is Sunday.
    pub fn weekday(self) -> i8 {
        match self.0.weekday() {
            Weekday::Sunday => 0,
            day => day.to_monday_one_offset(),
        }
    }
}

impl FromStr for Day {
    type Err = ParseDayError;

    fn from_str(text: &str) -> Result<Self, ParseDayError> {
        // The plain form alone: the library would take others as well.
        if text.len() != 10 {
            return Err(ParseDayError);
        }
        text.parse().map(Self).map_err(|_| ParseDayError)
    }
}

impl TryFrom<String> for Day {
    type Error = ParseDayError;

    fn try_from(text: String) -> Result<Self, ParseDayError> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_over_months_and_leap_days() {
        assert_eq!(day("2028-02-28").plus(Millis(2 * DAY.0 + 1)), day("2028-03-01"));
        assert_eq!(day("2026-12-31").next(), day("2027-01-01"));
        assert_eq!(day("2027-08-31").plus_months(6), day("2028-02-29"));
        assert_eq!(day("2026-11-22").plus_months(-12), day("2025-11-22"));
        assert_eq!(day("2027-01-01").days_since(day("2026-11-21")), 41);
        assert_eq!(day("2026-11-21").days_since(day("2026-11-23")), -2);
        assert_eq!((day("2026-11-22").weekday(), day("2026-11-21").weekday()), (0, 6));
    }

    #[test]
    fn a_day_begins_at_midnight_in_seoul() {
        let at = |text| Day::in_seoul(Timestamp::parse_iso(text).unwrap()).to_string();
        assert_eq!(at("2026-11-20T14:59:59Z"), "2026-11-20");
        assert_eq!(at("2026-11-20T15:00:00Z"), "2026-11-21");
        assert_eq!(day("2026-11-21").begins_at(), Timestamp::parse_iso("2026-11-20T15:00:00Z").unwrap());
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["2026-13-01", "2026-02-30", "20261121", "2026-11-21T00:00:00", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
