//! A plan as people, programs and graph drawers read it.

mod dot;
mod json;
mod text;

pub use dot::dot;
pub use json::json;
pub use text::text;
