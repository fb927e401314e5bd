//! The console in-process: its router is called, its HTML is parsed.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "waits for the console")]

mod app;
mod approvals;
mod auditing;
mod calling;
mod cases;
mod catalogue;
mod declaring;
mod documents;
mod guarding;
mod idle;
mod issuing;
mod marking;
mod organisations;
mod replication;
mod reviewing;
mod running;
mod signing_in;
mod tasks;
mod teams;
mod telling;
