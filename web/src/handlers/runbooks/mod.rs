//! The catalogue of runbooks.

mod faults;
mod forecast;
mod kept;
mod list;
mod show;
mod text;

pub(crate) use forecast::{Foreseen, foreseen};
pub use kept::Foresight;
pub use list::list;
pub(crate) use list::sees;
pub use show::{show, show_file};
