//! What people were told, and what became of it.

mod acknowledge;
mod failed;
mod list;
mod occasion;

pub use acknowledge::{acknowledge, look};
pub use failed::{again, failed};
pub(crate) use failed::{not_delivered, sent_again};
pub(crate) use list::{known, latest};
pub use list::{list, read};
pub(crate) use occasion::{entered, looked_at};
pub use occasion::{occasion, report};
