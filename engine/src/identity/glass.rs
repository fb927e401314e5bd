//! Breaking the glass: one person alone, in `real` only, loud, and looked at afterwards.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{Millis, Timestamp, UserName};
use crate::store::{Kept, Query};

/// The group of those that nobody has reviewed yet.
const OPEN: &str = "open";

/// That a person acted without the usual approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glass {
    /// Its id; sorts by time.
    pub id: Uuid,
    /// Who broke it.
    pub by: UserName,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Until when it gives that person what it gives.
    pub until: Timestamp,
    /// What another person found; until then it stands on every page.
    pub review: Option<Review>,
}

/// What somebody else says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who.
    pub by: UserName,
    /// When.
    pub at: Timestamp,
    /// What was found.
    pub finding: String,
}

impl Glass {
    /// How long it gives what it gives.
    pub const LASTS: Millis = Millis(4 * 3_600_000);

    /// Those that nobody has reviewed yet, the newest first.
    pub fn open() -> Query {
        Query { newest_first: true, ..Query::group(OPEN) }
    }
}

impl Kept for Glass {
    const KIND: &'static str = "glass";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn group(&self) -> String {
        if self.review.is_none() { OPEN.to_owned() } else { String::new() }
    }
}
