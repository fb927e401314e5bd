//! The drill calendar: what is owed, what is planned, and on which days people work.

mod act;
mod catalogue;
mod file;
mod show;

pub use act::act;
pub(crate) use act::acted;
pub use file::file;
pub use show::show;

pub(crate) use catalogue::catalogue;
