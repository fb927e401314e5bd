//! Whom a person has asked to stand in, and whom that person stands in for.

mod list;
mod update;

pub use list::list;
pub use update::update;
pub(crate) use update::{by, written};
