//! What people were told, and what became of it.

mod acknowledge;
mod failed;
mod list;
mod occasion;

pub use acknowledge::{acknowledge, look};
pub(crate) use failed::sent_again;
pub use failed::{again, failed};
pub(crate) use list::{known, latest};
pub use list::{list, read};
pub(crate) use occasion::entered;
pub use occasion::{occasion, report};
