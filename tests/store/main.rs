//! The contract of the store, on memory, SQLite and PostgreSQL alike.

mod accounts;
mod backend;
mod contention;
mod contract;
mod histories;
mod postgres_faults;
mod sqlite_faults;
mod world;
