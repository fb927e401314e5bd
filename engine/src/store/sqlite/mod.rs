//! The embedded store: one file, one writer, nothing to install.
//!
//! All writing of a process goes through one connection, one transaction after the other; reading has connections of its
//! own and never waits for the writer. Several processes share the file: SQLite's own lock keeps their transactions apart.

mod append;
mod belief;
mod connect;
mod lease;
mod lock;
mod read;
mod records;
mod request;
mod samples;
mod store;
mod watch;

pub use connect::SqliteStore;
