//! Teams and what they give, for admins.

mod edit;
mod list;
mod owner;
mod save;

pub use edit::edit;
pub(crate) use list::managed;
pub use list::{create, list};
pub(crate) use owner::{Owner, owner};
pub use save::save;
