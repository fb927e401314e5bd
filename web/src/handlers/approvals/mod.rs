//! What waits for somebody's vote: the list of one person, and the page of one gate.

mod callees;
mod follow;
mod list;
mod show;

pub use follow::follow;
pub(crate) use list::mine;
pub use list::{Waiting, Which, list, waiting};
pub use show::show;
