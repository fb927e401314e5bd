//! Files that show what was done.

mod show;

pub(crate) use show::handed_out;
pub use show::show;
