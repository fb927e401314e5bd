//! Instants as the journal keeps them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Millis;

/// An instant: milliseconds since 1970-01-01T00:00:00Z. Compared without rounding anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time from `earlier` to here; zero where `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Millis {
        Millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This instant moved later.
    #[must_use]
    pub fn plus(self, by: Millis) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.0).unwrap_or(i64::MAX)))
    }

    /// The civil time in Seoul with its offset: `2026-11-21 03:00:00.000 +09:00`.
    pub fn in_seoul(self) -> String {
        // Korea has kept +09:00 without daylight saving since 1988, so no zone data is needed at run time.
        let seoul = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
        self.zoned(seoul)
            .map_or_else(|| self.0.to_string(), |zoned| zoned.strftime("%Y-%m-%d %H:%M:%S%.3f %:z").to_string())
    }

    /// ISO 8601 in UTC with milliseconds: `2026-11-20T18:00:00.000Z`. The form of exports.
    pub fn to_iso(self) -> String {
        self.zoned(jiff::tz::TimeZone::UTC)
            .map_or_else(|| self.0.to_string(), |zoned| zoned.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
    }

    /// Reads an ISO 8601 instant with an offset (`2026-11-21T03:00:00+09:00`).
    pub fn parse_iso(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|at| Self(at.as_millisecond()))
    }

    fn zoned(self, zone: jiff::tz::TimeZone) -> Option<jiff::Zoned> {
        jiff::Timestamp::from_millisecond(self.0).ok().map(|at| at.to_zoned(zone))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_utc_and_in_seoul() {
        let at = Timestamp::parse_iso("2026-11-21T03:00:00.250+09:00").unwrap();
        assert_eq!(at.to_iso(), "2026-11-20T18:00:00.250Z");
        assert_eq!(at.in_seoul(), "2026-11-21 03:00:00.250 +09:00");
        assert_eq!(at.plus(Millis(750)).since(at), Millis(750));
        assert_eq!(at.since(at.plus(Millis(1))), Millis(0));
    }
}
