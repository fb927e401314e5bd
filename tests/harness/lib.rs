//! What the tests stand on: real servers, made for a test and gone with it, and answers of the console as a browser reads
//! them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what a test stands on fails by failing the test"
)]

pub mod attempt;
pub mod authority;
pub mod certificates;
pub mod exim;
pub mod glewlwyd;
mod janitor;
pub mod link;
pub mod mariadb;
pub mod named;
pub mod nginx;
pub mod page;
pub mod play;
pub mod ports;
pub mod postgres;
pub mod r1;
pub mod recompute;
pub mod redis;
pub mod rise;
pub mod slapd;
pub mod sshd;
pub mod state;
