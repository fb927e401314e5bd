//! A person's own password.

mod edit;
mod update;

pub use edit::edit;
pub use update::update;
