//! What is not urgent, gathered for one recipient and told together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{About, Key, Occasion, OccasionKind, Urgency, Who};
use crate::base::{Millis, Mode, Text, Timestamp};
use crate::evidence::Anchor;
use crate::store::Kept;

/// Lines of one digest, at most; what comes beyond is counted.
const LINES: usize = 50;

/// What waits to be told to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathering {
    /// For whom.
    pub who: Who,
    /// In which mode: exercises and disasters are never told in one message.
    pub mode: Mode,
    /// What, in the order in which it came.
    pub lines: Vec<Line>,
    /// Beyond these so many more.
    pub more: u32,
    /// When it is told.
    pub until: Timestamp,
}

/// One gathered occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// What.
    pub headline: Text,
}

impl Gathering {
    /// Begins with one occasion.
    pub fn begin(who: Who, occasion: &Occasion, now: Timestamp, wait: Millis) -> Self {
        let mut gathering = Self { who, mode: occasion.mode, lines: Vec::new(), more: 0, until: now.plus(wait) };
        gathering.add(occasion, now, wait);
        gathering
    }

    /// Takes one more in. What is wanted sooner makes all of it sooner.
    pub fn add(&mut self, occasion: &Occasion, now: Timestamp, wait: Millis) {
        self.until = self.until.min(now.plus(wait));
        if self.lines.len() < LINES {
            let (title, headline) = (occasion.kind.title(), &occasion.headline);
            // An anchor is worth nothing to whom it was not sent.
            let anchors = Anchor::all_in(occasion.detail.get(crate::base::Lang::En)).unwrap_or_default();
            let anchors: String = anchors.iter().map(|anchor| format!("\n{anchor}")).collect();
            let joined = Text::new(
                format!("{}: {}{anchors}", title.get(crate::base::Lang::Ko), headline.get(crate::base::Lang::Ko)),
                format!("{}: {}{anchors}", title.get(crate::base::Lang::En), headline.get(crate::base::Lang::En)),
            );
            self.lines.push(Line { at: occasion.at, headline: joined });
        } else {
            self.more += 1;
        }
    }

    /// The id of the gathering for a recipient in a mode.
    pub fn id_of(who: &Who, mode: Mode) -> String {
        format!("{}/{}", who.path(), mode.keyword())
    }

    /// The one occasion that tells of all of them.
    pub fn told(&self) -> Occasion {
        let count = self.lines.len() + self.more as usize;
        let line = |text: &dyn Fn(&Line) -> String| {
            let more = if self.more == 0 { String::new() } else { format!("\n+ {}", self.more) };
            self.lines.iter().map(text).collect::<Vec<_>>().join("\n") + &more
        };
        let spoken = |lang| {
            line(&|item: &Line| {
                let clock = item.at.in_seoul();
                format!("{} {}", clock.get(..19).unwrap_or_default(), item.headline.get(lang))
            })
        };
        Occasion {
            key: Key::from(format!("digest/{}/{}", Self::id_of(&self.who, self.mode), self.until.0)),
            kind: OccasionKind::Digest,
            mode: self.mode,
            at: self.until,
            about: About::default(),
            phase: None,
            asks: BTreeSet::new(),
            people: BTreeSet::new(),
            headline: Text::new(
                format!("소식 {count}건"),
                if count == 1 { "1 piece of news".to_owned() } else { format!("{count} pieces of news") },
            ),
            detail: Text::new(spoken(crate::base::Lang::Ko), spoken(crate::base::Lang::En)),
            path: "/".to_owned(),
        }
    }
}

impl Urgency {
    /// How long it may wait; `None` where it may not.
    pub const fn wait(self) -> Option<Millis> {
        match self {
            Self::Now => None,
            Self::Digest(wait) => Some(wait),
        }
    }
}

impl Kept for Gathering {
    const KIND: &'static str = "gathering";

    fn id(&self) -> String {
        Self::id_of(&self.who, self.mode)
    }

    fn due(&self) -> Option<Timestamp> {
        Some(self.until)
    }
}
