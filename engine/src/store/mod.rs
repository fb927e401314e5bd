//! L4: the journal, its leases and the requests that wait for a run's owner.
//!
//! One trait in our words; SQLite and PostgreSQL as two plain modules; a memory reference that the suite compares both with.
//! A call's way through a database: [`open`] gives the store; `judge` says, without any I/O, what of an append is kept;
//! `record` reads columns back into our types; `fault` says what a database's complaint means for a person.

mod contract;
mod fault;
mod flow;
mod judge;
mod memory;
mod open;
pub mod postgres;
mod record;
mod records;
mod remedy;
mod samples;
pub mod sqlite;

pub use contract::{Append, Created, Error, Frozen, Lease, Owner, RunFilter, RunSummary, Store, Stored};
pub use flow::{Rows, with_rows};
pub use memory::Memory;
pub use open::{Database, open};
pub use records::{
    BrokenDeeds, Change, Changed, Deed, DeedChain, DeedOutcome, DeedQuery, DeedsWalked, Entry, Kept, Query,
    RecordedDeed, Records, Versioned, add, due, find, list, walk_deeds,
};
pub use remedy::Remedy;
pub use samples::{Bucket, Sample, Samples};
