//! When something is done again and again, as crontab writes it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Day;

/// Minute, hour, day of the month, month and day of the week: `30 2 * * sun`. Where both kinds of day are named, one of them
/// is enough, as cron has it. Behind a day of the week stands which one of the month is meant: `sun#1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cron {
    written: String,
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Days of the week of which only one in a month is meant, and which.
    nth: Vec<(u64, i8)>,
    any_day: bool,
    any_weekday: bool,
}

/// A text that is no cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not five fields such as `30 2 * * sun`")]
pub struct ParseCronError;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Cron {
    /// The minutes of a day, from midnight, at which it is time; none where it is not the day.
    pub fn minutes_of(&self, day: Day) -> impl Iterator<Item = u32> + '_ {
        let (hours, minutes) = if self.is_day(day) { (self.hours, self.minutes) } else { (0, 0) };
        let hours = (0..24).filter(move |hour| hours & (1 << hour) != 0);
        hours.flat_map(move |hour| (0..60).filter(move |at| minutes & (1 << at) != 0).map(move |at| hour * 60 + at))
    }

    fn is_day(&self, day: Day) -> bool {
        let (_, month, of_month) = day.parts();
        if self.months & (1 << month) == 0 {
            return false;
        }
        let by_month = self.days & (1 << of_month) != 0;
        let week = (of_month - 1) / 7 + 1;
        let nth = self.nth.iter().any(|(weekday, nth)| *weekday == 1 << day.weekday() && *nth == week);
        let by_week = self.weekdays & (1 << day.weekday()) != 0 || nth;
        match (self.any_day, self.any_weekday) {
            (true, true) => true,
            (true, false) => by_week,
            (false, true) => by_month,
            (false, false) => by_month || by_week,
        }
    }

    fn weekdays(&mut self, field: &str) -> Option<()> {
        self.any_weekday = field == "*";
        for part in field.split(',') {
            match part.split_once('#') {
                Some((weekday, nth)) => {
                    let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth))?;
                    self.nth.push((1 << (number(weekday, &WEEKDAYS, 0)? % 7), nth));
                }
                // Sunday is 0 and 7.
                None => {
                    let days = field_of(part, 0, 7, &WEEKDAYS, 0)?;
                    self.weekdays |= (days & 0x7f) | (days >> 7);
                }
            }
        }
        Some(())
    }
}

/// The numbers that a field names, as bits.
fn field_of(field: &str, least: u32, most: u32, names: &[&str], first: u32) -> Option<u64> {
    let mut bits = 0_u64;
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from, names, first)?, number(to, names, first)?),
            None => {
                let from = number(range, names, first)?;
                (from, if part.contains('/') { most } else { from })
            }
        };
        if from < least || to > most || from > to {
            return None;
        }
        for at in (from..=to).step_by(step) {
            bits |= 1 << at;
        }
    }
    Some(bits)
}

fn number(text: &str, names: &[&str], first: u32) -> Option<u32> {
    match names.iter().zip(first..).find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        Some((_, number)) => Some(number),
        None => text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())),
    }
}

fn parse(text: &str) -> Option<Cron> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays] = fields.as_slice() else { return None };
    let mut cron = Cron {
        written: fields.join(" "),
        minutes: field_of(minutes, 0, 59, &[], 0)?,
        hours: field_of(hours, 0, 23, &[], 0)?,
        days: field_of(days, 1, 31, &[], 0)?,
        months: field_of(months, 1, 12, &MONTHS, 1)?,
        weekdays: 0,
        nth: Vec::new(),
        any_day: *days == "*",
        any_weekday: false,
    };
    cron.weekdays(weekdays)?;
    Some(cron)
}

impl FromStr for Cron {
    type Err = ParseCronError;

    fn from_str(text: &str) -> Result<Self, ParseCronError> {
        parse(text).ok_or(ParseCronError)
    }
}

impl TryFrom<String> for Cron {
    type Error = ParseCronError;

    fn try_from(text: String) -> Result<Self, ParseCronError> {
        text.parse()
    }
}

impl From<Cron> for String {
    fn from(cron: Cron) -> Self {
        cron.written
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times of November 2026, which begins on a Sunday, as day and minute.
    fn november(text: &str) -> Vec<(i8, u32)> {
        let cron: Cron = text.parse().unwrap();
        let mut day: Day = "2026-11-01".parse().unwrap();
        let mut times = Vec::new();
        while day.parts().1 == 11 {
            times.extend(cron.minutes_of(day).map(|at| (day.parts().2, at)));
            day = day.next();
        }
        times
    }

    #[test]
    fn times_are_those_of_crontab() {
        assert_eq!(november("30 2 1,15 * *"), [(1, 150), (15, 150)]);
        assert_eq!(november("0 1 * * sun").len(), 5);
        assert_eq!(november("0 1 * * 7"), november("0 1 * * 0"));
        assert_eq!(november("0 1 * * sun#1"), [(1, 60)]);
        assert_eq!(november("0 6 * * mon-fri").len(), 21);
        assert_eq!(november("*/30 9-10 2 nov *"), [(2, 540), (2, 570), (2, 600), (2, 630)]);
        assert_eq!(november("0 0 3 * tue").len(), 4, "one of both kinds of day is enough");
        assert!(november("0 0 1 jan *").is_empty());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *"] {
            assert!(text.parse::<Cron>().is_err(), "{text}");
        }
        for text in ["5-1 * * * *", "a * * * *", "* * * * sun#6", "* * * * sun#", "@daily", "+1 * * * *"] {
            assert!(text.parse::<Cron>().is_err(), "{text}");
        }
    }
}
