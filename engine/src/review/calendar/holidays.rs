//! Days on which nobody is asked to work.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::profile::CatalogueError;
use crate::base::{Day, Text};

/// Public holidays of Korea; the file says where they are known from.
const SHIPPED: &str = include_str!("holidays.yaml");
/// Days looked through for the next one on which people work.
const AHEAD: u32 = 60;

/// A holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Its day.
    pub day: Day,
    /// Its name.
    pub title: Text,
}

/// Holidays by their days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays(BTreeMap<Day, Text>);

impl Holidays {
    /// Those of Korea for which the days are known.
    pub(super) fn shipped() -> Result<Self, CatalogueError> {
        let all: Vec<Holiday> =
            serde_yaml::from_str(SHIPPED).map_err(|why| CatalogueError::Unreadable(why.to_string()))?;
        let mut holidays = Self::default();
        holidays.add(all);
        Ok(holidays)
    }

    /// Adds some.
    pub(super) fn add(&mut self, more: Vec<Holiday>) {
        self.0.extend(more.into_iter().map(|holiday| (holiday.day, holiday.title)));
    }

    /// The name of a holiday.
    pub fn name(&self, day: Day) -> Option<&Text> {
        self.0.get(&day)
    }

    /// Whether people work on a day: neither a holiday nor a Saturday or Sunday.
    pub fn is_working(&self, day: Day) -> bool {
        !matches!(day.weekday(), 0 | 6) && !self.0.contains_key(&day)
    }

    /// The day itself where people work on it, else the next one on which they do.
    pub fn next_working(&self, day: Day) -> Day {
        let days = std::iter::successors(Some(day), |day| Some(day.next())).take(AHEAD as usize);
        days.into_iter().find(|day| self.is_working(*day)).unwrap_or(day)
    }

    /// The last day for which holidays are known: behind it only weekends are.
    pub fn known_until(&self) -> Option<Day> {
        self.0.last_key_value().map(|(day, _)| *day)
    }

    /// Those of a year and month.
    pub fn of_year(&self, year: i16) -> impl Iterator<Item = (Day, &Text)> {
        self.0.iter().filter(move |(day, _)| day.parts().0 == year).map(|(day, title)| (*day, title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_lunar_holidays_and_their_substitutes_are_those_of_korean_time() {
        let known = Holidays::shipped().unwrap();
        // New moon of 2027-02-06 15:56 UTC: the 7th in Seoul, still the 6th in Beijing.
        for (seollal, chuseok, buddha) in [
            ("2024-02-10", "2024-09-17", "2024-05-15"),
            ("2025-01-29", "2025-10-06", "2025-05-05"),
            ("2026-02-17", "2026-09-25", "2026-05-24"),
            ("2027-02-07", "2027-09-15", "2027-05-13"),
            ("2028-01-27", "2028-10-03", "2028-05-02"),
            ("2029-02-13", "2029-09-22", "2029-05-20"),
            ("2030-02-03", "2030-09-12", "2030-05-09"),
        ] {
            for (day_of, name) in [(seollal, "설날"), (chuseok, "추석"), (buddha, "부처님오신날")] {
                let title = known.name(day(day_of)).unwrap_or_else(|| panic!("{day_of}"));
                assert!(title.get(Lang::Ko).contains(name), "{day_of} {title:?}");
            }
        }
        for substitute in
            ["2024-02-12", "2025-03-03", "2025-05-06", "2026-05-25", "2027-12-27", "2028-10-05", "2029-09-24"]
        {
            assert!(known.name(day(substitute)).unwrap().get(Lang::Ko).contains("대체공휴일"), "{substitute}");
        }
    }

    #[test]
    fn every_year_has_its_fixed_holidays_and_every_sunday_one_of_those_that_are_moved_a_substitute() {
        let known = Holidays::shipped().unwrap();
        for year in 2024..=2030 {
            for fixed in ["01-01", "03-01", "05-05", "06-06", "08-15", "10-03", "10-09", "12-25"] {
                assert!(known.name(day(&format!("{year}-{fixed}"))).is_some(), "{year}-{fixed}");
            }
            for moved in ["03-01", "08-15", "10-03", "10-09", "05-05", "12-25"] {
                let on = day(&format!("{year}-{moved}"));
                // Where a holiday falls on a weekend, the next day on which people would work is free too.
                if matches!(on.weekday(), 0 | 6) {
                    let monday = std::iter::successors(Some(on), |day| Some(day.next())).find(|day| day.weekday() == 1);
                    assert!(!known.is_working(monday.unwrap()), "{on}");
                }
            }
        }
        assert_eq!(known.known_until(), Some(day("2030-12-25")));
    }

    #[test]
    fn the_next_working_day_is_behind_a_long_weekend() {
        let known = Holidays::shipped().unwrap();
        for (asked, wanted) in [
            ("2025-10-03", "2025-10-10"),
            ("2026-02-14", "2026-02-19"),
            ("2026-11-23", "2026-11-23"),
            ("2027-12-25", "2027-12-28"),
        ] {
            assert_eq!(known.next_working(day(asked)), day(wanted));
        }
    }
}
