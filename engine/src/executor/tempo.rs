//! The one simulated clock of a run and the runs that it called.
//!
//! ```text
//!   seat: a dispatcher           busy · waits for an instant · waits for nothing that time brings
//!   letter: on its way           from one dispatcher to another
//! ```
//!
//! Time that jumps goes to the next instant at which anything happens in any of the runs, and only while none of them is
//! busy and nothing is on its way between them: so what happens in one is known to the others at its own instant.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::base::{Millis, Timestamp};

/// A simulated clock.
#[derive(Debug)]
pub(super) struct Tempo {
    /// Simulated seconds a real second; 0 jumps.
    speed: u32,
    hands: Mutex<Hands>,
}

#[derive(Debug)]
struct Hands {
    /// Simulated instant that belongs to `real`.
    simulated: Timestamp,
    real: Timestamp,
    seats: BTreeMap<u64, (Wish, Arc<Notify>)>,
    seated: u64,
    letters: u64,
}

/// What one run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// It has something to do now.
    Busy,
    /// An instant, and whether the clock may jump there for its sake alone.
    Until(Timestamp, bool),
    /// Nothing that time brings.
    Still,
}

/// The place of one run at the clock.
#[derive(Debug)]
pub(super) struct Seat {
    tempo: Arc<Tempo>,
    number: u64,
    called: Arc<Notify>,
}

/// Something on its way from one run to another: the clock stands until it is dropped.
#[derive(Debug)]
pub(super) struct Letter(Arc<Tempo>);

impl Letter {
    /// One for another receiver.
    pub(super) fn another(&self) -> Self {
        self.0.letter()
    }
}

impl Tempo {
    pub(super) fn new(speed: u32, simulated: Timestamp, real: Timestamp) -> Arc<Self> {
        let hands = Hands { simulated, real, seats: BTreeMap::new(), seated: 0, letters: 0 };
        Arc::new(Self { speed, hands: Mutex::new(hands) })
    }

    /// The simulated instant. Jumping time stands still here.
    pub(super) fn now(&self, real: Timestamp) -> Timestamp {
        self.lock().now(self.speed, real)
    }

    pub(super) const fn speed(&self) -> u32 {
        self.speed
    }

    /// A place for a run whose journal ends at an instant: the clock is not before it.
    pub(super) fn sit(self: &Arc<Self>, last: Timestamp, real: Timestamp) -> Seat {
        let mut hands = self.lock();
        if last > hands.now(self.speed, real) {
            (hands.simulated, hands.real) = (last, real);
        }
        hands.seated += 1;
        let (number, called) = (hands.seated, Arc::new(Notify::new()));
        hands.seats.insert(number, (Wish::Busy, Arc::clone(&called)));
        drop(hands);
        Seat { tempo: Arc::clone(self), number, called }
    }

    /// Holds the clock until it is dropped.
    pub(super) fn letter(self: &Arc<Self>) -> Letter {
        self.lock().letters += 1;
        Letter(Arc::clone(self))
    }

    /// A panic while this short lock was held leaves nothing half-changed behind.
    fn lock(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hands {
    fn now(&self, speed: u32, real: Timestamp) -> Timestamp {
        let passed = real.since(self.real).0.saturating_mul(u64::from(speed));
        self.simulated.plus(Millis(passed))
    }

    /// Jumps to the next instant that anybody waits for, once nobody is busy and somebody may be jumped for.
    fn jump(&mut self) {
        if self.letters > 0 || self.seats.values().any(|(wish, _)| *wish == Wish::Busy) {
            return;
        }
        let wishes = self.seats.values().filter_map(|(wish, _)| match wish {
            Wish::Until(at, drives) => Some((*at, *drives)),
            Wish::Busy | Wish::Still => None,
        });
        let (mut next, mut drives) = (None, false);
        for (at, may) in wishes {
            next = Some(next.map_or(at, |next: Timestamp| next.min(at)));
            drives |= may;
        }
        let Some(next) = next.filter(|_| drives) else { return };
        self.simulated = self.simulated.max(next);
        for (wish, called) in self.seats.values_mut() {
            if matches!(wish, Wish::Until(at, _) if *at <= self.simulated) {
                *wish = Wish::Busy;
                called.notify_one();
            }
        }
    }
}

impl Seat {
    pub(super) fn now(&self, real: Timestamp) -> Timestamp {
        self.tempo.now(real)
    }

    pub(super) const fn tempo(&self) -> &Arc<Tempo> {
        &self.tempo
    }

    /// There is nothing to do before what is wished for; `true` when the clock is there already, and the run busy again.
    pub(super) fn wish(&self, wish: Wish) -> bool {
        let mut hands = self.tempo.lock();
        if let Some((place, _)) = hands.seats.get_mut(&self.number) {
            *place = wish;
        }
        hands.jump();
        matches!(hands.seats.get(&self.number), Some((Wish::Busy, _)))
    }

    /// There is something to do.
    pub(super) fn busy(&self) {
        if let Some((wish, _)) = self.tempo.lock().seats.get_mut(&self.number) {
            *wish = Wish::Busy;
        }
    }

    /// Waits until the clock has come to what was wished for. May also return without that.
    pub(super) async fn called(&self) {
        self.called.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut hands = self.tempo.lock();
        hands.seats.remove(&self.number);
        hands.jump();
    }
}

impl Drop for Letter {
    fn drop(&mut self) {
        let mut hands = self.0.lock();
        hands.letters -= 1;
        hands.jump();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: Timestamp = Timestamp(1_000);

    fn at(seconds: u64) -> Timestamp {
        Timestamp(0).plus(Millis::seconds(seconds))
    }

    #[test]
    fn a_single_run_jumps_at_once() {
        let tempo = Tempo::new(0, at(0), REAL);
        let seat = tempo.sit(at(5), REAL);
        assert_eq!(seat.now(REAL), at(5));
        assert!(seat.wish(Wish::Until(at(60), true)));
        assert_eq!(seat.now(REAL), at(60));
        assert!(!seat.wish(Wish::Until(at(70), false)), "people are not run ahead of");
        assert_eq!(seat.now(REAL), at(60));
    }

    #[test]
    fn time_jumps_to_the_nearest_instant_once_nobody_is_busy() {
        let tempo = Tempo::new(0, at(0), REAL);
        let (one, other) = (tempo.sit(at(0), REAL), tempo.sit(at(0), REAL));
        assert!(!one.wish(Wish::Until(at(60), true)));
        assert!(!other.wish(Wish::Until(at(30), false)) || other.now(REAL) == at(30));
        assert_eq!(one.now(REAL), at(30), "what the other one waits for is not passed over");
        assert!(!other.wish(Wish::Still) && one.now(REAL) == at(60));
    }

    #[test]
    fn time_stands_while_something_is_on_its_way() {
        let tempo = Tempo::new(0, at(0), REAL);
        let (one, other) = (tempo.sit(at(0), REAL), tempo.sit(at(0), REAL));
        let letter = tempo.letter();
        drop(other);
        assert!(!one.wish(Wish::Until(at(60), true)));
        assert_eq!(one.now(REAL), at(0));
        one.busy();
        drop(letter);
        assert_eq!(one.now(REAL), at(0));
        assert!(one.wish(Wish::Until(at(60), true)));
    }

    #[test]
    fn time_with_a_speed_passes_for_all_alike() {
        let tempo = Tempo::new(60, at(0), REAL);
        let one = tempo.sit(at(0), REAL);
        let later = Timestamp(REAL.0 + 1_000);
        assert_eq!((one.now(later), tempo.sit(at(10), later).now(later)), (at(60), at(60)));
    }
}
