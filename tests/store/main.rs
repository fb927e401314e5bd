//! The contract of the store, on memory, SQLite and PostgreSQL alike.

#![cfg(test)]

mod auditing;
mod backend;
mod cases;
mod contention;
mod contract;
mod histories;
mod locks;
mod postgres_faults;
mod records;
mod sqlite_faults;
mod upgrading;
mod world;
