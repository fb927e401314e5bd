//! What pages have in common.

mod html;
mod shell;
mod tag;

pub use html::Html;
pub use shell::Shell;
pub use tag::Tag;
