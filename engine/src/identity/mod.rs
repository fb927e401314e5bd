//! Beside L4: who may sign in, and which sessions are open. Kept by the same databases as the journal.

mod contract;

pub use contract::{Accounts, Session, User};
