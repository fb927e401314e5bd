//! The contact tree.

mod edit;
mod import;
mod list;

pub use edit::{edit, new, remove, save};
pub(crate) use edit::{kept, removed};
pub use import::{ask, import, test_call};
pub(crate) use import::{imported, tested};
pub use list::list;
