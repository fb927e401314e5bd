//! Sizes and shares as people write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A size in bytes. Written `10GiB`, `1.5 MB`, `512`; stored as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

/// A share in hundredths of a percent, at most all of it. Written `20%`, `0.5%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(pub u16);

/// Why a text is neither a size nor a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// Not a number and a unit of size.
    #[error("not a size: write for example \"10GiB\", \"512MB\" or a number of bytes")]
    Size,
    /// More bytes than anybody can store.
    #[error("a size has at most 8 EiB")]
    TooLarge,
    /// Not a number and `%`.
    #[error("not a share: write for example \"20%\" or \"0.5%\", at most 100%")]
    Share,
}

/// Units of size: the binary ones that tools mean, and the decimal ones that vendors mean.
const UNITS: [(&str, u64); 13] = [
    ("EiB", 1 << 60),
    ("EB", 1_000_000_000_000_000_000),
    ("PiB", 1 << 50),
    ("PB", 1_000_000_000_000_000),
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];
const LIMIT: u64 = 8 << 60;

impl Bytes {
    /// For people: rounded down to a tenth of its largest binary unit, such as `9.7 GiB`.
    pub fn rounded(self) -> String {
        let binary = UNITS.into_iter().filter(|(name, _)| name.ends_with("iB") || *name == "B");
        let fitting = binary.into_iter().find(|(_, factor)| self.0 >= *factor);
        match fitting {
            Some((_, 1)) if self.0 == 1 => "1 byte".to_owned(),
            None | Some((_, 1)) => format!("{} bytes", self.0),
            Some((name, factor)) => {
                let tenths = u128::from(self.0) * 10 / u128::from(factor);
                format!("{}.{} {name}", tenths / 10, tenths % 10)
            }
        }
    }
}

impl FromStr for Bytes {
    type Err = ParseAmountError;

    fn from_str(text: &str) -> Result<Self, ParseAmountError> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim_start();
        let known = |(name, _): &(&str, u64)| name.eq_ignore_ascii_case(unit) || (unit.is_empty() && *name == "B");
        let factor = UNITS.into_iter().find(known).map(|(_, factor)| factor).ok_or(ParseAmountError::Size)?;
        let bytes = times(number, factor).ok_or(ParseAmountError::Size)?;
        u64::try_from(bytes).ok().filter(|bytes| *bytes <= LIMIT).map(Self).ok_or(ParseAmountError::TooLarge)
    }
}

impl fmt::Display for Bytes {
    /// The shortest exact form that parses back: `10GiB`, `1500kB`, `7B`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = UNITS.into_iter().find(|(_, factor)| self.0 >= *factor && self.0.is_multiple_of(*factor));
        let (name, factor) = exact.unwrap_or(("B", 1));
        f.pad(&format!("{}{name}", self.0 / factor))
    }
}

impl FromStr for Percent {
    type Err = ParseAmountError;

    fn from_str(text: &str) -> Result<Self, ParseAmountError> {
        let number = text.trim().strip_suffix('%').ok_or(ParseAmountError::Share)?;
        let hundredths = times(number.trim_end(), 100).ok_or(ParseAmountError::Share)?;
        u16::try_from(hundredths).ok().filter(|share| *share <= 10_000).map(Self).ok_or(ParseAmountError::Share)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => f.pad(&format!("{whole}%")),
            rest if rest % 10 == 0 => f.pad(&format!("{whole}.{}%", rest / 10)),
            rest => f.pad(&format!("{whole}.{rest:02}%")),
        }
    }
}

/// `1.5` times a factor, by integers only. `None` where the text is no number.
fn times(number: &str, factor: u64) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || whole.len() > 20 || (number.contains('.') && (!digits(fraction) || fraction.len() > 6)) {
        return None;
    }
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled: u128 = format!("{whole}{fraction}").parse().ok()?;
    Some(scaled.checked_mul(u128::from(factor))? / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("10GiB", 10 << 30),
            ("10 gib", 10 << 30),
            ("1.5 MB", 1_500_000),
            ("512", 512),
            ("512B", 512),
            ("0", 0),
            ("8EiB", 8 << 60),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for text in ["", "GiB", "10G", "ten", "1.GiB", "1.2.3MB", "-1", "1e3"] {
            assert_eq!(text.parse::<Bytes>(), Err(ParseAmountError::Size), "{text}");
        }
        assert_eq!("9EiB".parse::<Bytes>(), Err(ParseAmountError::TooLarge));
        assert_eq!("99999999999999999999".parse::<Bytes>(), Err(ParseAmountError::TooLarge));
    }

    #[test]
    fn sizes_are_written_so_that_they_read_back() {
        for text in ["10GiB", "1500kB", "7B", "0B", "1GB"] {
            assert_eq!(text.parse::<Bytes>().unwrap().to_string(), text);
        }
        assert_eq!(Bytes((10 << 30) - 1).rounded(), "9.9 GiB");
        assert_eq!(Bytes(1_023).rounded(), "1023 bytes");
    }

    #[test]
    fn shares_are_at_most_all_of_it() {
        for text in ["20%", "0.5%", "12.25%", "100%", "0%"] {
            assert_eq!(text.parse::<Percent>().unwrap().to_string(), text);
        }
        for text in ["20", "101%", "100.01%", "-1%", "%", "1,5%"] {
            assert_eq!(text.parse::<Percent>(), Err(ParseAmountError::Share), "{text}");
        }
    }
}
