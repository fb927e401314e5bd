//! A small three-tier system that the demonstration brings up: real processes, played by this binary.
//!
//! ```text
//! browser ──▶ web1, web2 ──▶ ap1, ap2 ──▶ db ──▶ db.data
//! ```
//!
//! `relight tier start NAME` sets a member up as a process of its own session, which outlives whoever started it.
//! A member is *up* when its `/health` says so, and that answer is as honest as in a real system: the database has read
//! its data file back, an application has its cache warm and its database answering, a web server has an application.
//! Members find each other through files in one folder, which `RELIGHT_DEMO_DIR` names.

mod ap;
mod client;
mod control;
mod daemon;
mod data;
mod db;
mod error;
mod health;
mod member;
mod place;
mod proof;
mod web;

pub use control::{Started, Stopped, start, stop};
pub use daemon::serve;
pub use db::Proof;
pub use error::Error;
pub use health::Health;
pub use member::{Member, Tier};
pub use place::Place;
pub use proof::{health, smoke, verify};
