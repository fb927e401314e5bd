//! What people have to do: the list of one person, and the page of one piece of manual work.

mod attach;
mod list;
mod show;
mod work;

pub(crate) use attach::{Spot, attached};
pub(crate) use list::mine;
pub use list::{Due, list};
pub use show::show;
pub use work::work;
