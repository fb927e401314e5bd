//! Beside L4: who may sign in, what each may do where, and which sessions are open. Kept by the same databases as the journal.

mod contract;
mod grant;

pub use contract::{Accounts, Session, User};
pub use grant::{Grant, holds_somewhere, may_grant, may_manage, roles};
