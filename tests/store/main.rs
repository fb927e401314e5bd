//! The contract of the store, on memory, SQLite and PostgreSQL alike.

#![cfg(test)]

mod auditing;
mod backend;
mod cases;
mod contention;
mod contract;
mod documents;
mod histories;
#[path = "../console/idle.rs"]
mod idle;
mod locks;
mod postgres_faults;
mod records;
mod samples;
mod sqlite_faults;
mod stand_ins;
mod teams;
mod upgrading;
mod votes;
mod world;
