//! How runbooks do from run to run.

mod baseline;
mod list;
mod show;

pub use baseline::baseline;
pub(crate) use baseline::named;
pub use list::list;
pub(crate) use list::{period, seen, trends};
pub use show::show;

pub(in crate::handlers) use show::percent;
