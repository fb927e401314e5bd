//! Whom a person has asked to stand in, and whom that person stands in for.

mod everybody;
mod list;
mod update;

pub use everybody::everybody;
pub(crate) use everybody::overseen;
pub use list::list;
pub use update::update;
pub(crate) use update::written;
