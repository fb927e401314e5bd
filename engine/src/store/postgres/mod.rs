//! The shared store: several engines, at both sites, on one PostgreSQL.
//!
//! Each call is one short transaction or one statement. Rows are locked in the order of run ids wherever several are, so that
//! no two calls can wait for each other.

mod append;
mod connect;
mod lease;
mod lock;
mod read;
mod records;
mod request;
mod samples;
mod store;

pub use connect::PostgresStore;
