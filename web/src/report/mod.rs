//! The report inside the console, and as files.

mod aside;
mod body;
mod chart;
mod file;
mod format;
mod made;
mod shelf;
mod write;

pub use aside::aside;
pub use body::Body;
pub use file::html;
pub use format::{Draft, Format};
pub use made::made;
pub use shelf::Shelf;
pub use write::{Written, write};
