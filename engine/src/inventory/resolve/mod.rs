//! From what was written to what it means: names resolved, what a mode replaces replaced, contradictions found.

mod channel;
mod conflicts;
mod names;
mod reach;
mod replication;
mod top;

pub(super) use top::inventory;
