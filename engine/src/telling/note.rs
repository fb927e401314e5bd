//! Messages on the console's own page.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::base::{Digest, Mode, Timestamp, UserName};
use crate::store::Kept;

/// A message of somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// For whom.
    pub user: UserName,
    /// The delivery that it is.
    pub delivery: String,
    /// The call that it belongs to.
    pub call: String,
    /// In which mode.
    pub mode: Mode,
    /// When it was told.
    pub at: Timestamp,
    /// What it says.
    pub message: Message,
    /// The page where it is dealt with.
    pub path: String,
    /// Whether somebody has to say that they know.
    pub wants_acknowledgement: bool,
    /// When it was read, or acknowledged.
    pub read: Option<Timestamp>,
}

impl Note {
    /// The group of those that a person has not read yet.
    pub fn unread_of(user: &UserName) -> String {
        format!("unread/{user}")
    }

    /// The group of those that a person has read.
    pub fn read_of(user: &UserName) -> String {
        format!("read/{user}")
    }
}

impl Kept for Note {
    const KIND: &'static str = "message";

    /// Sorts by time; the same delivery has the same id.
    fn id(&self) -> String {
        format!("{:016}-{}", self.at.0.max(0), Digest::of(self.delivery.as_bytes()).short())
    }

    fn group(&self) -> String {
        if self.read.is_some() { Self::read_of(&self.user) } else { Self::unread_of(&self.user) }
    }
}
