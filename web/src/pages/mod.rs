//! What pages have in common.

mod card;
mod html;
mod shell;
mod tag;

pub use card::{Card, room};
pub use html::Html;
pub use shell::Shell;
pub use tag::Tag;
