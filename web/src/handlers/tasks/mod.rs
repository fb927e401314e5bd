//! What people have to do: the list of one person, and the page of one piece of manual work.

mod attach;
mod list;
mod show;
mod work;

pub(crate) use attach::{Spot, attached};
pub use list::{Due, list};
pub(crate) use list::{count, mine};
pub use show::show;
pub use work::work;
