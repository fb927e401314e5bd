//! One recipient being told about one occasion: rung by rung, until somebody has acknowledged it.

use serde::{Deserialize, Serialize};

use super::{Key, Occasion, Recipient, Rung, Who};
use crate::base::{ClassName, Millis, Mode, Text, Timestamp};

/// How somebody said that they know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// On the console, signed in.
    Console,
    /// By the link in a message.
    Link,
    /// Somebody else entered it, as after a telephone call.
    Report,
}

/// That somebody knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who, as shown.
    pub who: Text,
    /// When.
    pub at: Timestamp,
    /// How.
    pub by: By,
}

/// That a rung was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Place of the rung.
    pub rung: usize,
    /// When its message was handed to the queue.
    pub at: Timestamp,
}

/// One recipient being told about one occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The occasion.
    pub occasion: Key,
    /// Its mode.
    pub mode: Mode,
    /// Who is to be told.
    pub who: Who,
    /// The name for people.
    pub name: Text,
    /// The class.
    pub class: Option<ClassName>,
    /// Whom to try, in order; never none.
    pub rungs: Vec<Rung>,
    /// How long one channel is waited on.
    pub patience: Millis,
    /// When an acknowledgement was expected at the latest.
    pub deadline: Option<Timestamp>,
    /// Whether somebody has to say that they know.
    pub wants_acknowledgement: bool,
    /// When the call began.
    pub since: Timestamp,
    /// What was tried, in order.
    pub told: Vec<Told>,
    /// When the next rung is due; `None` when nothing follows by itself.
    pub due: Option<Timestamp>,
    /// That somebody knows.
    pub acknowledged: Option<Acknowledged>,
    /// When what it is about was dealt with, so that nobody needs to be told any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Timestamp>,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Somebody has acknowledged it.
    Acknowledged,
    /// It was told; nobody has to say anything.
    Told,
    /// Somebody is waited for, or is tried next.
    Waiting,
    /// What it is about was dealt with before anybody answered.
    Settled,
    /// Everybody was tried and nobody has answered.
    Unanswered,
}

impl Call {
    /// Begins; its first rung is due at once.
    pub fn begin(occasion: &Occasion, recipient: Recipient, now: Timestamp) -> Self {
        let wants_acknowledgement = occasion.kind.wants_acknowledgement();
        Self {
            occasion: occasion.key.clone(),
            mode: occasion.mode,
            deadline: recipient.deadline.filter(|_| wants_acknowledgement).map(|deadline| now.plus(deadline)),
            who: recipient.who,
            name: recipient.name,
            class: recipient.class,
            rungs: recipient.rungs,
            patience: recipient.patience,
            wants_acknowledgement,
            since: now,
            told: Vec::new(),
            due: Some(now),
            acknowledged: None,
            settled: None,
        }
    }

    /// The id of its record.
    pub fn id(&self) -> String {
        format!("{}/{}", self.occasion, self.who.path())
    }

    /// Goes on when its time has come: the place of the rung to be tried now. `None` when it was acknowledged, or nobody is
    /// left.
    pub fn go_on(&mut self, now: Timestamp) -> Option<usize> {
        self.due = None;
        if self.acknowledged.is_some() || self.settled.is_some() {
            return None;
        }
        let next = self.told.last().map_or(0, |told| told.rung + 1);
        self.rungs.get(next)?;
        self.told.push(Told { rung: next, at: now });
        // What is for information alone is over once it has arrived; only a failure leads to the next rung.
        self.due = self.wants_acknowledgement.then(|| now.plus(self.patience));
        Some(next)
    }

    /// What was sent for a rung did not arrive and will not be tried again: the next one is due at once. Nothing follows where
    /// another rung was begun since.
    pub fn failed(&mut self, rung: usize, now: Timestamp) {
        if self.acknowledged.is_none()
            && self.settled.is_none()
            && self.told.last().is_some_and(|told| told.rung == rung)
        {
            self.due = Some(now);
        }
    }

    /// Somebody knows. Who says so again changes nothing: the first counts.
    pub fn acknowledge(&mut self, who: Text, by: By, at: Timestamp) -> bool {
        if self.acknowledged.is_some() {
            return false;
        }
        self.acknowledged = Some(Acknowledged { who, at, by });
        self.due = None;
        true
    }

    /// What it is about was dealt with: nobody is tried any more. `false` where nothing would follow anyhow.
    pub fn settle(&mut self, at: Timestamp) -> bool {
        let open = self.acknowledged.is_none() && self.settled.is_none() && self.wants_acknowledgement;
        if open {
            self.settled = Some(at);
            self.due = None;
        }
        open
    }

    /// Where it stands.
    pub fn stands(&self) -> Stands {
        if self.acknowledged.is_some() {
            Stands::Acknowledged
        } else if self.settled.is_some() {
            Stands::Settled
        } else if self.due.is_some() {
            Stands::Waiting
        } else if self.wants_acknowledgement {
            Stands::Unanswered
        } else {
            Stands::Told
        }
    }

    /// The rung that follows when nobody answers.
    pub fn next(&self) -> Option<&Rung> {
        self.due.and_then(|_| self.rungs.get(self.told.last().map_or(0, |told| told.rung + 1)))
    }

    /// Whether an acknowledgement is later than its class asks for.
    pub fn is_late(&self, now: Timestamp) -> bool {
        let until = self.acknowledged.as_ref().map(|acknowledged| acknowledged.at).or(self.settled).unwrap_or(now);
        self.deadline.is_some_and(|deadline| until > deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{About, OccasionKind, Urgency, Way};
    use super::*;
    use std::collections::BTreeSet;

    fn call(kind: OccasionKind) -> Call {
        let rung = |way: Way| Rung {
            name: Text::plain("kim"),
            deputy_for: None,
            org: None,
            way,
            to: String::new(),
            user: None,
            lang: None,
        };
        let occasion = Occasion {
            key: Key::of(kind, uuid::Uuid::nil()),
            kind,
            mode: Mode::Drill,
            at: Timestamp(0),
            about: About::default(),
            phase: None,
            asks: BTreeSet::new(),
            people: BTreeSet::new(),
            headline: Text::plain("x"),
            detail: Text::default(),
            path: String::new(),
        };
        let recipient = Recipient {
            who: Who::Contact("kim".parse().unwrap()),
            name: Text::plain("kim"),
            class: None,
            rungs: vec![rung(Way::InApp), rung(Way::Mail), rung(Way::Voice)],
            patience: Millis::minutes(1),
            deadline: Some(Millis::minutes(2)),
            urgency: Urgency::Now,
        };
        Call::begin(&occasion, recipient, Timestamp(0))
    }

    const fn minute(minutes: i64) -> Timestamp {
        Timestamp(minutes * 60_000)
    }

    #[test]
    fn without_an_answer_every_rung_is_tried_once_and_then_nobody_is_left() {
        let mut call = call(OccasionKind::GateOpened);
        for (at, rung) in [(0, 0), (1, 1), (2, 2)] {
            assert_eq!(call.due, Some(minute(at)));
            assert_eq!(call.go_on(minute(at)), Some(rung));
            assert_eq!(call.stands(), Stands::Waiting);
        }
        assert_eq!(call.next(), None);
        assert_eq!(call.go_on(minute(3)), None);
        assert_eq!((call.due, call.stands()), (None, Stands::Unanswered));
        assert!(call.is_late(minute(3)));
    }

    #[test]
    fn who_acknowledges_stops_it_and_the_first_counts() {
        let mut call = call(OccasionKind::GateOpened);
        call.go_on(minute(0));
        assert!(call.acknowledge(Text::plain("kim"), By::Link, minute(1)));
        assert!(!call.acknowledge(Text::plain("lee"), By::Console, minute(2)));
        assert_eq!(call.go_on(minute(1)), None);
        call.failed(0, minute(1));
        assert_eq!((call.due, call.stands()), (None, Stands::Acknowledged));
        assert_eq!(call.acknowledged.as_ref().unwrap().who, Text::plain("kim"));
        assert!(!call.is_late(minute(30)));
    }

    #[test]
    fn what_was_dealt_with_wakes_nobody_any_more() {
        let mut call = call(OccasionKind::GateOpened);
        call.go_on(minute(0));
        assert!(call.settle(Timestamp(5)) && !call.settle(Timestamp(6)));
        call.failed(0, Timestamp(7));
        assert_eq!((call.go_on(minute(1)), call.due, call.stands()), (None, None, Stands::Settled));
        assert!(call.acknowledge(Text::plain("kim"), By::Console, minute(2)), "who says so late is still heard");
    }

    #[test]
    fn a_channel_that_fails_makes_way_for_the_next_at_once_and_only_once() {
        let mut call = call(OccasionKind::GateOpened);
        call.go_on(minute(0));
        call.failed(0, Timestamp(5));
        assert_eq!(call.due, Some(Timestamp(5)));
        call.go_on(Timestamp(5));
        let due = call.due;
        call.failed(0, Timestamp(6));
        assert_eq!(call.due, due, "a late word of an earlier rung");
    }

    #[test]
    fn what_is_for_information_climbs_only_where_it_did_not_arrive() {
        let mut call = call(OccasionKind::RunOver);
        assert_eq!(call.go_on(minute(0)), Some(0));
        assert_eq!((call.due, call.stands(), call.deadline), (None, Stands::Told, None));
        call.failed(0, minute(1));
        assert_eq!(call.go_on(minute(1)), Some(1));
    }
}
