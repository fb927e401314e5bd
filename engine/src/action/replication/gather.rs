//! What was gathered of a link, and the reading that it makes.

use super::Gauging;
use crate::base::{Millis, Text, Timestamp};
use crate::inventory::LinkKind;
use crate::run::{ClockOffset, Confidence, Flow, Method, Point, Reading};

/// A standby that is behind by more than this is catching up.
pub(super) const BEHIND: Millis = Millis::seconds(10);

/// What was gathered. Everything is absent that nobody said.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// How the link stands, and what that was told from. Of a link that flows it is reckoned from the lag whether it is
    /// catching up.
    pub(super) state: Option<(Flow, Text)>,
    pub(super) lag: Option<Millis>,
    pub(super) lag_bytes: Option<u64>,
    pub(super) lag_transactions: Option<u64>,
    pub(super) position: Option<String>,
    pub(super) source_position: Option<String>,
    pub(super) drained: Option<bool>,
    pub(super) transaction: Option<String>,
    pub(super) committed_at: Option<Timestamp>,
    pub(super) heartbeat_at: Option<Timestamp>,
    /// The clock of the source before its position was read.
    pub(super) source_clock: Option<SourceClock>,
    /// A point that was said or derived, where it is none of the above.
    pub(super) told: Option<Point>,
    /// Beside the state: what could not be read.
    pub(super) missing: Option<Text>,
}

/// What a source said that time it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceClock {
    /// The instant; where it has no clock that can be asked, the engine's own before it was asked for its position.
    pub(super) told: Timestamp,
    /// How far that clock is from the engine's, where it has one.
    pub(super) offset: Option<ClockOffset>,
}

impl SourceClock {
    /// Of a source that was asked between two instants of the engine's and told whole milliseconds.
    pub(super) fn between(before: Timestamp, after: Timestamp, told: i64) -> Self {
        let told = Timestamp(told);
        Self { told, offset: Some(ClockOffset::between(before, after, told, Millis(1))) }
    }
}

impl Gathered {
    /// Nobody can say, because of this.
    pub(super) fn unknown(why: Text) -> Self {
        Self { state: Some((Flow::Unknown, why)), ..Self::default() }
    }

    /// The latest instant up to which everything is known to be there. Each of them is a lower bound, so the latest is the
    /// best; an estimate stands only where there is none.
    fn point(&self) -> Option<Point> {
        let measured = |at, method| Point { at, method, confidence: Confidence::Measured };
        let drained = self.source_clock.filter(|_| self.drained == Some(true));
        let told = self.told.filter(|told| told.confidence == Confidence::Measured);
        let bounds = [
            drained.map(|source| measured(source.told, Method::Position)),
            self.heartbeat_at.map(|at| measured(at, Method::Heartbeat)),
            self.committed_at.map(|at| measured(at, Method::Transaction)),
            told,
        ];
        // Of equal ones the first is named.
        let best = bounds.into_iter().flatten().rev().max_by_key(|point| point.at);
        best.or(self.told)
    }

    pub(super) fn into_reading(self, of: &Gauging<'_>) -> Reading {
        let at = of.now();
        let point = self.point();
        let clock = self.source_clock.and_then(|source| source.offset);
        // The source's clock decides about the source's data.
        let source_now = Timestamp(at.0.saturating_add(clock.map_or(0, |clock| clock.offset)));
        let behind = match self.drained {
            Some(true) => Some(Millis::ZERO),
            Some(false) | None => {
                let bounds = [self.heartbeat_at, self.committed_at];
                let last = bounds.into_iter().flatten().max();
                self.lag.or_else(|| last.or(point.map(|point| point.at)).map(|last| source_now.since(last)))
            }
        };
        let (state, why) = self.state.unwrap_or_else(|| (Flow::Unknown, Text::new("응답 없음", "no answer")));
        let state = match state {
            // A backup is old by its nature, and whole.
            Flow::Streaming if of.link.kind != LinkKind::Backup && behind.is_some_and(|behind| behind > BEHIND) => {
                Flow::CatchingUp
            }
            state => state,
        };
        let why = match self.missing {
            None => why,
            Some(missing) => {
                use crate::base::Lang::{En, Ko};
                Text::new(
                    format!("{}; {}", why.get(Ko), missing.get(Ko)),
                    format!("{}; {}", why.get(En), missing.get(En)),
                )
            }
        };
        Reading {
            link: of.link.id.clone(),
            kind: of.link.kind,
            source: of.link.source.clone(),
            standby: of.standby.clone(),
            at,
            state,
            why,
            lag: behind,
            lag_bytes: self.lag_bytes,
            lag_transactions: self.lag_transactions,
            position: self.position,
            source_position: self.source_position,
            drained: self.drained,
            transaction: self.transaction,
            committed_at: self.committed_at,
            heartbeat_at: self.heartbeat_at,
            point,
            clock_offset: clock.map(|clock| clock.offset),
            clock_doubt: clock.map(|clock| clock.doubt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered() -> Gathered {
        Gathered {
            committed_at: Some(Timestamp(1_000)),
            heartbeat_at: Some(Timestamp(6_000)),
            source_clock: Some(SourceClock::between(Timestamp(59_000), Timestamp(59_010), 60_000)),
            ..Gathered::default()
        }
    }

    #[test]
    fn the_latest_bound_is_the_point() {
        let point = gathered().point().unwrap();
        assert_eq!((point.at, point.method), (Timestamp(6_000), Method::Heartbeat));
        let busy = Gathered { committed_at: Some(Timestamp(9_000)), ..gathered() };
        assert_eq!(busy.point().unwrap().method, Method::Transaction);
    }

    #[test]
    fn what_is_drained_is_there_up_to_the_moment_the_source_was_asked() {
        let drained = Gathered { drained: Some(true), ..gathered() };
        let point = drained.point().unwrap();
        assert_eq!((point.at, point.method), (Timestamp(60_000), Method::Position));
        let unsaid = Gathered { drained: Some(false), ..gathered() };
        assert_eq!(unsaid.point().unwrap().at, Timestamp(6_000));
    }

    #[test]
    fn an_estimate_stands_only_where_nothing_was_measured() {
        let told = Point { at: Timestamp(90_000), method: Method::Delay, confidence: Confidence::Estimated };
        let both = Gathered { told: Some(told), ..gathered() };
        assert_eq!(both.point().unwrap().method, Method::Heartbeat);
        let alone = Gathered { told: Some(told), ..Gathered::default() };
        assert_eq!(alone.point(), Some(told));
        assert_eq!(Gathered::default().point(), None);
    }
}
