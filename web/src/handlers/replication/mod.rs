//! The replication links.

mod list;

pub use list::list;
pub(crate) use list::standing;
