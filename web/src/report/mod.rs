//! The report inside the console, and as files.

mod aside;
mod body;
mod chart;
mod file;
mod format;

pub use aside::aside;
pub use body::Body;
pub use file::html;
pub use format::{Draft, Format};
