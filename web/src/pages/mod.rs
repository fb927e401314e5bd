//! What pages have in common.

mod html;
mod shell;

pub use html::Html;
pub use shell::Shell;
