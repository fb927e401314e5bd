//! Exact numbers, as databases and people write them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An exact decimal number. Written `3`, `-12.50`, `1e-7`; two ways to write the same number are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    /// Never for zero.
    negative: bool,
    /// Digits without leading zeros; empty for a number below one.
    whole: String,
    /// Digits without trailing zeros.
    fraction: String,
}

/// The text is not a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number: write for example 3, -12.5 or 1e6")]
pub struct ParseDecimalError;

/// More digits than any database keeps of a number.
const DIGITS: usize = 2_000;

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| ParseDecimalError)?),
            None => (text, 0),
        };
        let negative = mantissa.starts_with('-');
        let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let shift = usize::try_from(exponent.unsigned_abs()).map_err(|_| ParseDecimalError)?;
        let length = whole.len().saturating_add(fraction.len()).saturating_add(shift);
        if whole.is_empty() || !numeric(whole) || !numeric(fraction) || digits.ends_with('.') || length > DIGITS {
            return Err(ParseDecimalError);
        }
        let (mut whole, mut fraction) = (whole.to_owned(), fraction.to_owned());
        for _ in 0..shift {
            if exponent > 0 {
                whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
            } else {
                fraction.insert(0, whole.pop().unwrap_or('0'));
            }
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Ok(Self { negative, whole, fraction })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |one: &Self, other: &Self| {
            let whole = one.whole.len().cmp(&other.whole.len()).then_with(|| one.whole.cmp(&other.whole));
            whole.then_with(|| one.fraction.cmp(&other.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(self, other),
            (true, true) => size(other, self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        let whole = if number == 0 { String::new() } else { number.unsigned_abs().to_string() };
        Self { negative: number < 0, whole, fraction: String::new() }
    }
}

impl TryFrom<String> for Decimal {
    type Error = ParseDecimalError;

    fn try_from(text: String) -> Result<Self, ParseDecimalError> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.to_string()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        let point = if self.fraction.is_empty() { "" } else { "." };
        f.pad(&format!("{sign}{whole}{point}{}", self.fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("007", "7"),
            ("1.50", "1.5"),
            ("-0", "0"),
            ("1e3", "1000"),
            ("1.5e-07", "0.00000015"),
            ("+12.5E1", "125"),
            ("0.0", "0"),
        ] {
            assert_eq!(of(one), of(other), "{one}");
            assert_eq!(of(one).to_string(), other, "{one}");
        }
        for text in ["", "-", ".5", "5.", "1.2.3", "1e", "NaN", "Infinity", "0x10", "1 000", "1e999999999"] {
            assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError), "{text}");
        }
    }

    #[test]
    fn numbers_stand_in_the_order_of_their_size() {
        let rising = ["-100", "-9.5", "-9", "-0.1", "0", "0.09", "0.1", "9", "9.5", "10", "18446744073709551616"];
        for pair in rising.windows(2) {
            assert!(of(pair[0]) < of(pair[1]), "{pair:?}");
        }
        assert_eq!(Decimal::from(i64::MIN), of("-9223372036854775808"));
    }
}
