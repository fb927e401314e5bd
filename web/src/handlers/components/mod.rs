//! The catalogue of components.

mod list;

pub(crate) use list::catalogue;
pub use list::list;
