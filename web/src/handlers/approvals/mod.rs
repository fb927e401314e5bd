//! What waits for somebody's vote: the list of one person, and the page of one gate.

mod list;
mod show;

pub use list::{list, waiting};
pub use show::show;
