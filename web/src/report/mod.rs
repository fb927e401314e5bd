//! The report as HTML: inside the console, and as a file that needs nothing else.

mod aside;
mod body;
mod chart;
mod file;

pub use aside::aside;
pub use body::Body;
pub use file::html;
