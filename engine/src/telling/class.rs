//! Classes of the contact tree: how soon its members are to know.

use serde::{Deserialize, Serialize};

use crate::base::{ClassName, Millis, Text};

/// A class of the contact tree. The seeds have three: at once, within thirty minutes, vendors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub name: ClassName,
    /// Its name for people.
    pub title: Text,
    /// Where it stands among the classes; equal ones are ordered by name.
    pub order: u32,
    /// The time in which everybody of it is to have acknowledged. Later is shown as late; nothing follows from it.
    pub deadline: Millis,
    /// How long one channel is waited on for an acknowledgement before the next one is tried.
    pub patience: Millis,
}

impl Class {
    /// Shortest wait for one channel: a message needs time to arrive and a person to look.
    pub const SHORTEST: Millis = Millis::seconds(10);
    /// Longest wait for one channel, and longest deadline.
    pub const LONGEST: Millis = Millis::minutes(7 * 24 * 60);

    /// Whether its times can be kept.
    pub fn is_sound(&self) -> bool {
        let within = |time: Millis| (Self::SHORTEST..=Self::LONGEST).contains(&time);
        within(self.deadline) && within(self.patience) && !self.title.is_blank()
    }
}
