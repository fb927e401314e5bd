//! The catalogue of runbooks.

mod faults;
mod list;
mod show;
mod text;

pub use list::list;
pub use show::{show, show_file};
