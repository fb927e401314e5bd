//! What pages have in common.

mod html;
mod live;
mod shell;

pub use html::Html;
pub use live::Live;
pub use shell::Shell;
