//! Everything that is kept beside the journals of runs: people, cases, contacts, queues, evidence, and the log of who did what.
//!
//! An entry is JSON with a version. Whoever changes it says which version it saw, and changes together with the deeds that
//! explain them are one transaction: nothing changes without its deed, and no deed tells of what did not happen.

mod contract;
mod deed;
pub(super) mod row;
pub(super) mod sql;
pub(super) mod statements;
mod typed;
mod verify;

pub(super) use contract::limit;
pub use contract::{Change, Changed, Entry, Query, Records};
pub use deed::{BrokenDeeds, Deed, DeedChain, DeedOutcome, DeedQuery, RecordedDeed};
pub use typed::{Kept, Versioned, add, due, find, list};
pub use verify::{DeedsWalked, walk_deeds};
