//! What pages have in common.

mod card;
mod difference;
mod html;
mod shell;
mod tag;

pub use card::{Card, room};
pub use difference::difference;
pub use html::Html;
pub use shell::Shell;
pub use tag::Tag;
