//! The contract of the store, on memory, SQLite and PostgreSQL alike.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these functions are the bodies of tests")]

mod accounts;
mod backend;
mod contention;
mod contract;
mod histories;
mod locks;
mod postgres_faults;
mod sqlite_faults;
mod world;
