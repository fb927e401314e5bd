//! The language of a person's screens.

mod set;

pub use set::set;
