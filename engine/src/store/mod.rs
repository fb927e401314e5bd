//! L4: the journal, its leases and the requests that wait for a run's owner.
//!
//! One trait in our words; SQLite and PostgreSQL as two plain modules; a memory reference that the suite compares both with.

mod contract;

pub use contract::{Append, Created, Error, Frozen, Lease, Owner, RunFilter, RunSummary, Store, Stored};
