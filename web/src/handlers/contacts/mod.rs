//! The contact tree.

mod edit;
mod import;
mod list;

pub use edit::{edit, new, remove, save};
pub use import::{ask, import, test_call};
pub use list::list;
