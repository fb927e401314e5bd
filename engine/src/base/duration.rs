//! Durations as people write them.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A duration in whole milliseconds. Written `1h 30m`, `90s`, `250ms`, `1.5m`, `2d`; stored as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseMillisError {
    /// A number stands without its unit.
    #[error("a duration needs a unit: write \"{0}s\" for seconds, \"{0}m\" for minutes")]
    NoUnit(String),
    /// Not a number and a unit at all.
    #[error("not a duration: write for example \"90s\", \"5m\", \"1h 30m\" or \"250ms\"")]
    Malformed,
    /// Longer than a year: no drill is, so it is a slip of the pen.
    #[error("a duration has at most 365 days")]
    TooLong,
}

const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const LIMIT: u64 = 365 * 86_400_000;

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Whole seconds as a duration.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1_000)
    }

    /// Whole minutes as a duration.
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes * 60_000)
    }

    /// So many hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }

    /// For timers of the standard library and tokio.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0)
    }

    /// The difference, zero where `other` is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// As a clock: `48:00`, `1:02:03`, and with tenths below a minute: `0:07.4`. For tables and screens.
    pub fn clock(self) -> String {
        let (hours, minutes, seconds) = (self.0 / 3_600_000, self.0 / 60_000 % 60, self.0 / 1_000 % 60);
        match (hours, minutes) {
            (0, 0) => format!("0:{seconds:02}.{}", self.0 / 100 % 10),
            (0, _) => format!("{minutes}:{seconds:02}"),
            _ => format!("{hours}:{minutes:02}:{seconds:02}"),
        }
    }
}

impl FromStr for Millis {
    type Err = ParseMillisError;

    fn from_str(text: &str) -> Result<Self, ParseMillisError> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(ParseMillisError::Malformed);
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let (number, after) = rest.split_at(digits);
            if number.is_empty() {
                return Err(ParseMillisError::Malformed);
            }
            let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
            let (unit, after) = after.split_at(letters);
            if unit.is_empty() {
                return Err(ParseMillisError::NoUnit(number.to_owned()));
            }
            let factor = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
            let part = factor.and_then(|factor| in_millis(number, factor));
            total = total.saturating_add(part.ok_or(ParseMillisError::Malformed)?);
            rest = after.trim_start();
        }
        if total > LIMIT { Err(ParseMillisError::TooLong) } else { Ok(Self(total)) }
    }
}

/// `1.5` of a unit in milliseconds, by integers only: no rounding of binary fractions in a number that ends in a verdict.
fn in_millis(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if number.contains('.') && (fraction.is_empty() || fraction.contains('.') || fraction.len() > 6) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let mut total = whole.checked_mul(factor)?;
    if !fraction.is_empty() {
        let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        total = total.checked_add(fraction.parse::<u64>().ok()?.checked_mul(factor)? / scale)?;
    }
    Some(total)
}

impl fmt::Display for Millis {
    /// The shortest exact form that parses back: `1h 30m`, `250ms`, `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.pad("0s");
        }
        let mut rest = self.0;
        let mut parts = Vec::new();
        for (name, factor) in UNITS.iter().rev() {
            if rest >= *factor {
                parts.push(format!("{}{name}", rest / factor));
                rest %= factor;
            }
        }
        f.pad(&parts.join(" "))
    }
}

impl Add for Millis {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Millis {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_s_forms_are_read() {
        for (text, millis) in [
            ("90s", 90_000),
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            ("1.5m", 90_000),
            ("250ms", 250),
            ("2d", 172_800_000),
        ] {
            assert_eq!(text.parse(), Ok(Millis(millis)), "{text}");
        }
        assert_eq!("90".parse::<Millis>(), Err(ParseMillisError::NoUnit("90".into())));
        for text in ["", "m", "1x", "-5m", "1..5m"] {
            assert_eq!(text.parse::<Millis>(), Err(ParseMillisError::Malformed), "{text}");
        }
        assert_eq!("400d".parse::<Millis>(), Err(ParseMillisError::TooLong));
    }

    #[test]
    fn clocks_are_short() {
        assert_eq!(Millis(7_449).clock(), "0:07.4");
        assert_eq!(Millis::minutes(48).clock(), "48:00");
        assert_eq!(Millis(3_723_000).clock(), "1:02:03");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(millis in 0..LIMIT) {
            prop_assert_eq!(Millis(millis).to_string().parse(), Ok(Millis(millis)));
        }
    }
}
