//! Reports of runs.

mod file;
mod list;
mod made;
mod show;

pub(crate) use file::file;
pub use file::{csv, html, json, markdown, pdf, xlsx};
pub use list::list;
pub(crate) use made::made;
pub use show::show;
