//! After the drill: what is kept of runs that are over and what follows from it, on memory, SQLite and PostgreSQL alike.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "ids of the tests are drawn as they are needed")]

#[path = "../store/backend.rs"]
mod backend;
mod findings;
mod keeping;
mod looking_back;
mod play;
mod units;
