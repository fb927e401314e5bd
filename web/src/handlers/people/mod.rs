//! People and what they may do, for admins.

mod list;
mod organisations;
mod show;
mod update;

pub use list::{create, list};
pub use organisations::organisations;
pub(crate) use organisations::{Branch, tree};
pub use show::show;
pub use update::update;
