//! What the tests stand on: real databases, made for a test and gone with it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what a test stands on fails by failing the test"
)]

pub mod link;
pub mod postgres;
pub mod sshd;
