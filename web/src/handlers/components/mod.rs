//! The catalogue of components.

mod list;

pub use list::list;
