//! Findings: the list, one with its history, raising one by hand, and everything that is asked of one.

mod act;
mod asked;
mod create;
mod list;
mod path;
mod row;
mod show;

pub use act::act;
pub(crate) use act::ask;
pub(crate) use create::raised;
pub use create::{create, new};
pub use list::list;
pub(crate) use list::{Asked, found};
pub use path::FindingPath;
pub use show::show;

pub(crate) use path::{place, seen, told};
pub(in crate::handlers) use row::Row;
