//! Findings as people read them and as editors do.

mod human;
mod json;

pub use human::human;
pub use json::json;
