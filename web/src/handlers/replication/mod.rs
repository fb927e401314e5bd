//! The replication links.

mod list;
mod show;

pub use list::list;
pub(crate) use list::standing;
pub use show::show;
pub(crate) use show::{Seen, Time, seen};
