//! One message on its way over one channel: an entry of a queue that survives every restart.
//!
//! ```text
//! waiting ──claim──▶ sending ──taken──────────────▶ delivered
//!    ▲                 │  └────refused────────────▶ failed ──a person──▶ waiting
//!    └──try again──────┘  (claim run out: somebody else claims it, and sends the same id)
//! ```

use serde::{Deserialize, Serialize};

use super::{Key, Message, Rung};
use crate::base::{Digest, Millis, Mode, Text, Timestamp};
use crate::store::Kept;

/// How long a claim holds. Longer than any attempt to hand a message over, so that no two are at it at the same time.
pub const CLAIM: Millis = Millis::seconds(30);
/// Attempts, the first one included.
const TRIES: u32 = 8;
/// Wait before the second attempt; it triples from there.
const FIRST: Millis = Millis::seconds(5);
/// Longest wait.
const LONGEST: Millis = Millis::minutes(10);

/// Where a delivery stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Progress {
    /// To be sent at this instant.
    Waiting {
        /// When.
        at: Timestamp,
        /// What kept the attempt before from succeeding.
        why: Option<Text>,
    },
    /// Somebody is at it.
    Sending {
        /// Which process.
        by: String,
        /// When its claim runs out.
        until: Timestamp,
    },
    /// The other side has taken it.
    Delivered {
        /// When.
        at: Timestamp,
        /// What it said.
        answer: Text,
    },
    /// It was not taken, and is not tried again by itself.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        why: Text,
    },
    /// Somebody had acknowledged before it was sent, or what it is about was dealt with.
    Dropped {
        /// When.
        at: Timestamp,
    },
}

/// One message on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The occasion.
    pub occasion: Key,
    /// The call that it belongs to.
    pub call: String,
    /// Place of its rung in that call.
    pub place: usize,
    /// To whom and over what.
    pub rung: Rung,
    /// Decides which address of the channel is used.
    pub mode: Mode,
    /// What it says: fixed when it was made, so that every attempt says the same.
    pub message: Message,
    /// When it was made.
    pub made_at: Timestamp,
    /// Attempts so far.
    pub tries: u32,
    /// Where it stands.
    pub progress: Progress,
}

impl Delivery {
    /// A message that waits to be sent now.
    pub fn new(call: &super::Call, place: usize, rung: Rung, message: Message, now: Timestamp) -> Self {
        Self {
            occasion: call.occasion.clone(),
            call: call.id(),
            place,
            rung,
            mode: call.mode,
            message,
            made_at: now,
            tries: 0,
            progress: Progress::Waiting { at: now, why: None },
        }
    }

    /// What every attempt carries, so that a repetition is recognised: the id of its record in plain letters.
    pub fn message_id(&self) -> String {
        let digest = Digest::of(self.id().as_bytes()).to_string();
        format!("relight.{}", digest.get(..40).unwrap_or(&digest))
    }

    /// Takes it up. `false` when it is settled or another's claim still holds.
    pub fn claim(&mut self, by: &str, now: Timestamp) -> bool {
        let free = match &self.progress {
            Progress::Waiting { at, .. } => *at <= now,
            Progress::Sending { until, .. } => *until <= now,
            Progress::Delivered { .. } | Progress::Failed { .. } | Progress::Dropped { .. } => false,
        };
        if free {
            self.tries += 1;
            self.progress = Progress::Sending { by: by.to_owned(), until: now.plus(CLAIM) };
        }
        free
    }

    /// The attempt came to nothing: another one follows, or it has failed for good.
    pub fn put_off(&mut self, why: Text, now: Timestamp) {
        if self.tries >= TRIES {
            self.progress = Progress::Failed { at: now, why };
            return;
        }
        let wait = (1..self.tries).fold(FIRST, |wait, _| Millis(wait.0.saturating_mul(3)));
        self.progress = Progress::Waiting { at: now.plus(wait.min(LONGEST)), why: Some(why) };
    }

    /// A person wants it to be tried again. Only what has failed can be.
    pub fn retry(&mut self, now: Timestamp) -> bool {
        let Progress::Failed { why, .. } = &self.progress else { return false };
        self.progress = Progress::Waiting { at: now, why: Some(why.clone()) };
        self.tries = 0;
        true
    }
}

impl Kept for Delivery {
    const KIND: &'static str = "delivery";

    fn id(&self) -> String {
        format!("{}/{:02}-{}", self.call, self.place, self.rung.way.keyword())
    }

    /// Those that are open, have failed, or are done.
    fn group(&self) -> String {
        match &self.progress {
            Progress::Waiting { .. } | Progress::Sending { .. } => "open",
            Progress::Failed { .. } => "failed",
            Progress::Delivered { .. } | Progress::Dropped { .. } => "done",
        }
        .to_owned()
    }

    fn due(&self) -> Option<Timestamp> {
        match &self.progress {
            Progress::Waiting { at, .. } => Some(*at),
            Progress::Sending { until, .. } => Some(*until),
            Progress::Delivered { .. } | Progress::Failed { .. } | Progress::Dropped { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Way;
    use super::*;

    fn delivery() -> Delivery {
        let rung = Rung {
            name: Text::plain("김"),
            deputy_for: None,
            org: None,
            way: Way::Mail,
            to: "k@b.kr".to_owned(),
            user: None,
            lang: None,
        };
        Delivery {
            occasion: Key::from("test_call/1".to_owned()),
            call: "test_call/1/contact/김".to_owned(),
            place: 1,
            rung,
            mode: Mode::Drill,
            message: Message { subject: String::new(), body: String::new(), json: None },
            made_at: Timestamp(0),
            tries: 0,
            progress: Progress::Waiting { at: Timestamp(0), why: None },
        }
    }

    #[test]
    fn of_two_only_one_claims_it_until_the_claim_runs_out() {
        let mut delivery = delivery();
        assert!(delivery.claim("a", Timestamp(0)));
        assert!(!delivery.claim("b", Timestamp(1)));
        assert_eq!(delivery.due(), Some(Timestamp(0).plus(CLAIM)));
        assert!(delivery.claim("b", Timestamp(0).plus(CLAIM)));
        assert_eq!(delivery.tries, 2);
    }

    #[test]
    fn attempts_grow_rarer_and_end_in_a_failure_that_a_person_can_retry() {
        let mut delivery = delivery();
        let mut now = Timestamp(0);
        let mut waits = Vec::new();
        loop {
            assert!(delivery.claim("a", now));
            delivery.put_off(Text::plain("500"), now);
            let Progress::Waiting { at, .. } = &delivery.progress else { break };
            waits.push(at.since(now).0 / 1_000);
            now = *at;
        }
        assert_eq!(waits, [5, 15, 45, 135, 405, 600, 600]);
        assert_eq!((delivery.group().as_str(), delivery.due()), ("failed", None));
        assert!(!delivery.claim("a", now));
        assert!(delivery.retry(now) && delivery.claim("a", now) && !delivery.retry(now));
        assert_eq!(delivery.tries, 1);
    }

    #[test]
    fn every_attempt_carries_the_same_id_in_plain_letters() {
        let mut tried = delivery();
        let id = tried.message_id();
        tried.claim("a", Timestamp(0));
        tried.put_off(Text::plain("500"), Timestamp(1));
        assert_eq!(tried.message_id(), id);
        assert!(id.is_ascii() && id.len() == 48, "{id}");
        let other = Delivery { place: 2, ..delivery() };
        assert_ne!(other.message_id(), id);
    }
}
