//! What people were told, and what became of it.

mod acknowledge;
mod failed;
mod list;
mod occasion;

pub use acknowledge::{acknowledge, look};
pub use failed::{again, failed};
pub use list::{list, read};
pub use occasion::{occasion, report};
