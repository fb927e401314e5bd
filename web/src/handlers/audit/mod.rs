//! The audit log, for auditors.

mod export;
mod filter;
mod list;

pub use export::{csv, json_lines};
pub(crate) use filter::Filter;
pub use list::list;
