//! After the drill: what is kept of runs that are over and what follows from it, on memory, SQLite and PostgreSQL alike.

#![cfg(test)]

#[path = "../store/backend.rs"]
mod backend;
mod findings;
mod keeping;
mod looking_back;
mod play;
mod units;
