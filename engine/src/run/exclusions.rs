//! Stretches of an exercise that count for no clock: held by who commands, for safety or for a reason outside the exercise.

use super::Actor;
use crate::base::{Millis, Text, Timestamp};

/// A stretch of an exercise that counts for no clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Its first instant.
    pub from: Timestamp,
    /// Its end; `None` while it goes on.
    pub until: Option<Timestamp>,
    /// Who excluded it, and answers for it.
    pub by: Actor,
    /// Why.
    pub reason: Text,
}

impl Exclusion {
    /// What it takes from a span of time; while it goes on, all of the span from its first instant on.
    fn of(&self, from: Timestamp, to: Timestamp) -> Millis {
        let end = self.until.map_or(to, |until| until.min(to));
        end.since(self.from.max(from))
    }
}

/// All of them, in order and apart from each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exclusions(Vec<Exclusion>);

impl Exclusions {
    /// Whether one goes on.
    pub fn is_open(&self) -> bool {
        self.0.last().is_some_and(|last| last.until.is_none())
    }

    /// What is excluded of a span of time.
    pub fn within(&self, from: Timestamp, to: Timestamp) -> Millis {
        self.0.iter().map(|exclusion| exclusion.of(from, to)).sum()
    }

    /// What counts of a span of time.
    pub fn counted(&self, from: Timestamp, to: Timestamp) -> Millis {
        to.since(from).saturating_sub(self.within(from, to))
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Exclusion> {
        self.0.iter()
    }

    pub(super) fn begin(&mut self, at: Timestamp, by: Actor, reason: Text) {
        self.0.push(Exclusion { from: at, until: None, by, reason });
    }

    /// Ends the one that goes on; whether there was one.
    pub(super) fn end(&mut self, at: Timestamp) -> bool {
        let open = self.0.last_mut().filter(|last| last.until.is_none());
        open.map(|last| last.until = Some(at)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::run::Door;

    fn at(millis: i64) -> Timestamp {
        Timestamp(1_700_000_000_000 + millis)
    }

    /// Exclusions whose bounds are these instants, in turn first and end; the last may stay open.
    fn exclusions(bounds: &[i64]) -> Exclusions {
        let mut all = Exclusions::default();
        for pair in bounds.chunks(2) {
            let by = Actor { name: "kim".parse().unwrap(), roles: Vec::new(), via: Door::Console };
            all.begin(at(pair[0]), by, Text::plain("안전"));
            if let Some(end) = pair.get(1) {
                assert!(all.end(at(*end)));
            }
        }
        all
    }

    #[test]
    fn what_lies_outside_a_span_takes_nothing_from_it() {
        let all = exclusions(&[10, 20, 30, 40]);
        assert_eq!(all.within(at(0), at(10)), Millis::ZERO);
        assert_eq!(all.within(at(15), at(35)), Millis(10));
        assert_eq!(all.counted(at(15), at(35)), Millis(10));
        assert_eq!(all.within(at(50), at(60)), Millis::ZERO);
        assert!(!all.is_open());
    }

    proptest! {
        #[test]
        fn excluded_and_counted_time_are_the_milliseconds_counted_one_by_one(
            mut bounds in proptest::collection::vec(0_i64..60, 0..7), from in 0_i64..70, length in 0_i64..70,
        ) {
            bounds.sort_unstable();
            let all = exclusions(&bounds);
            let inside = |instant: i64| {
                bounds.chunks(2).any(|pair| pair[0] <= instant && pair.get(1).is_none_or(|end| instant < *end))
            };
            let counted = (from..from + length).filter(|instant| !inside(*instant)).count() as u64;
            prop_assert_eq!(all.counted(at(from), at(from + length)), Millis(counted));
            prop_assert_eq!(all.within(at(from), at(from + length)), Millis(length.unsigned_abs() - counted));
            prop_assert_eq!(all.is_open(), bounds.len() % 2 == 1);
        }
    }
}
