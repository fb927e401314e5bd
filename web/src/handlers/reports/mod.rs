//! Reports of runs.

mod file;
mod list;
mod made;
mod show;

pub use file::{html, json, markdown};
pub use list::list;
pub(crate) use made::made;
pub use show::show;
