//! What is known of a link at one standby, kept beside the journals.

use serde::{Deserialize, Serialize};

use super::Level;
use crate::base::{LinkName, Millis, Mode, ServiceId, TargetName, Text, Timestamp};
use crate::inventory::{Link, LinkKind};
use crate::run::{Flow, Point, Reading};
use crate::store::Kept;

/// A link at one standby: how it was last seen, and when it stopped and went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The link.
    pub link: LinkName,
    /// Where it is measured.
    pub standby: TargetName,
    /// Its name for people.
    pub title: Text,
    /// Its kind.
    pub kind: LinkKind,
    /// Whose data is brought over.
    pub source: Option<TargetName>,
    /// The services whose data it carries.
    pub services: Vec<ServiceId>,
    /// Tolerated loss.
    #[serde(rename = "rpo_ms")]
    pub rpo: Option<Millis>,
    /// How often it is looked at.
    #[serde(rename = "every_ms")]
    pub every: Millis,
    /// The mode whose addresses are used.
    pub mode: Mode,
    /// What was read last; `None` before the first look.
    pub reading: Option<Reading>,
    /// The last point that anybody could say.
    pub known: Option<Point>,
    /// When its state was last known, whatever it was.
    pub seen_at: Option<Timestamp>,
    /// How its loss stands against the objective, as far as people were told.
    pub level: Level,
    /// Whether people were told that nobody can say any more.
    pub untold: bool,
    /// When it stopped and went on again, the latest first.
    pub breaks: Vec<Break>,
}

/// A time in which nothing came over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// When that was first seen.
    pub stopped_at: Timestamp,
    /// How it stood.
    pub state: Flow,
    /// What that was told from.
    pub why: Text,
    /// Up to when everything had arrived.
    pub point_at: Option<Timestamp>,
    /// The last transaction that was applied.
    pub transaction: Option<String>,
    /// When data was first seen to come over again.
    pub resumed_at: Option<Timestamp>,
}

impl Watched {
    /// Before the first look.
    pub fn new(link: &Link, standby: &TargetName) -> Self {
        Self {
            link: link.id.clone(),
            standby: standby.clone(),
            title: link.title.clone(),
            kind: link.kind,
            source: link.source.clone(),
            services: link.services.clone(),
            rpo: link.rpo,
            every: link.every,
            mode: link.mode,
            reading: None,
            known: None,
            seen_at: None,
            level: Level::Calm,
            untold: false,
            breaks: Vec::new(),
        }
    }

    /// What names its series of measurements.
    pub fn series(&self) -> String {
        format!("{}/{}", self.link, self.standby)
    }

    /// How it stands; who was not looked at for three rounds is unknown.
    pub fn state_at(&self, now: Timestamp) -> Flow {
        match &self.reading {
            Some(reading) if !self.is_stale(now) => reading.state,
            Some(_) | None => Flow::Unknown,
        }
    }

    /// Whether nobody has looked at it for so long that what was seen says nothing about now.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let patience = Millis(self.every.0.saturating_mul(3).saturating_add(20_000));
        self.reading.as_ref().is_none_or(|reading| now.since(reading.at) > patience)
    }

    /// What would be lost if the source were gone now, as far as it is known: a time that grows from the last point. Where
    /// nobody can say how the link stands, it may be less.
    pub fn loss_at(&self, now: Timestamp) -> Option<Millis> {
        self.known.map(|point| now.since(point.at))
    }
}

impl Kept for Watched {
    const KIND: &'static str = "replication";

    fn id(&self) -> String {
        self.series()
    }
}
