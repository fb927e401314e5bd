//! The audit log, for auditors.

mod export;
mod filter;
mod list;

pub use export::{csv, json_lines};
pub use list::list;
