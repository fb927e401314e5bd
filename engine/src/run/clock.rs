//! How far other clocks are from the engine's. One clock measures a run, so every instant that another one told is only as good
//! as what is known of its offset.

use serde::{Deserialize, Serialize};

use crate::base::{Millis, TargetName, Timestamp};

/// From here on an offset matters: people read instants to the second, objectives are written in whole seconds, and a
/// heartbeat comes every five to ten of them. Less than that changes no line of a report that anybody reads.
pub const CLOCK_MATTERS: Millis = Millis::seconds(1);

/// How far another clock was ahead of the engine's, negative where it was behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset {
    /// The middle of what is possible.
    #[serde(rename = "offset_ms")]
    pub offset: i64,
    /// How far it may be from that, either way: half of the way there and back, and what the other clock did not tell.
    #[serde(rename = "doubt_ms")]
    pub doubt: Millis,
}

/// The clock of a host, as it was read once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostClock {
    /// Whose.
    pub host: TargetName,
    /// When, by the engine's clock.
    pub at: Timestamp,
    /// What was asked.
    pub by: ClockBy,
    /// What came of it.
    #[serde(flatten)]
    pub offset: ClockOffset,
}

/// What told the time of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockBy {
    /// A shell on it, at the beginning of what it was sent.
    Ssh,
    /// A shell on it, before the run was declared.
    Preflight,
    /// Its database, when a replication link was measured.
    Replication,
}

impl ClockOffset {
    /// Another clock was read between two instants of the engine's; what it does not tell is less than `grain`.
    pub const fn between(before: Timestamp, after: Timestamp, told: Timestamp, grain: Millis) -> Self {
        let coarse = if grain.0 > i64::MAX as u64 { i64::MAX } else { grain.0.cast_signed() };
        Self::within(told.0.saturating_sub(after.0), told.0.saturating_add(coarse).saturating_sub(before.0))
    }

    /// Of a clock whose offset lies from `least` to `most`.
    pub const fn within(least: i64, most: i64) -> Self {
        let width = most.abs_diff(least);
        let half = width / 2;
        // The lower of two middles, and a doubt that covers both ends.
        let offset = least.saturating_add_unsigned(half);
        Self { offset, doubt: Millis(width - half) }
    }

    /// The least that it can be.
    pub const fn least(self) -> i64 {
        self.offset.saturating_sub_unsigned(self.doubt.0)
    }

    /// The most that it can be.
    pub const fn most(self) -> i64 {
        self.offset.saturating_add_unsigned(self.doubt.0)
    }

    /// How far the clocks are apart at worst.
    pub const fn worst(self) -> Millis {
        Millis(self.offset.unsigned_abs().saturating_add(self.doubt.0))
    }

    /// Whether instants of that clock are to be taken with care.
    pub const fn matters(self) -> bool {
        self.worst().0 > CLOCK_MATTERS.0
    }

    /// What both allow; `None` where they contradict each other, as when the clock was set or runs away.
    pub fn and(self, other: Self) -> Option<Self> {
        let (least, most) = (self.least().max(other.least()), self.most().min(other.most()));
        (least <= most).then(|| Self::within(least, most))
    }

    /// What either allows.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::within(self.least().min(other.least()), self.most().max(other.most()))
    }

    /// How far two clocks can be apart that were both held against a third.
    pub const fn apart(self, other: Self) -> Millis {
        let offset = self.offset.abs_diff(other.offset);
        Millis(offset.saturating_add(self.doubt.0).saturating_add(other.doubt.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(offset: i64, doubt: u64) -> ClockOffset {
        ClockOffset { offset, doubt: Millis(doubt) }
    }

    #[test]
    fn a_clock_that_was_read_in_between_is_known_to_half_of_that_time() {
        let between =
            |told, grain| ClockOffset::between(Timestamp(10_000), Timestamp(10_030), Timestamp(told), Millis(grain));
        assert_eq!(between(10_015, 0), offset(0, 15));
        assert_eq!(between(15_015, 0), offset(5_000, 15));
        assert_eq!(between(9_000, 1_000), offset(-515, 515));
        assert_eq!(between(10_000, 1), offset(-15, 16));
        assert_eq!((offset(-15, 16).least(), offset(-15, 16).most()), (-31, 1));
        let far = ClockOffset::between(Timestamp(i64::MIN), Timestamp(i64::MAX), Timestamp(0), Millis(u64::MAX));
        assert!(far.least() < 0 && far.most() > 0);
    }

    #[test]
    fn several_readings_narrow_each_other_or_contradict_each_other() {
        assert_eq!(offset(0, 15).and(offset(10, 10)), Some(offset(7, 8)));
        assert_eq!(offset(0, 15).and(offset(500, 10)), None);
        assert_eq!(offset(0, 15).or(offset(500, 10)), offset(247, 263));
        assert_eq!(offset(40, 5).apart(offset(-60, 7)), Millis(112));
        assert!(offset(-900, 101).matters() && !offset(900, 100).matters());
    }
}
