//! What people have to do: the list of one person, and the page of one piece of manual work.

mod list;
mod show;
mod work;

pub use list::list;
pub use show::show;
pub use work::work;
