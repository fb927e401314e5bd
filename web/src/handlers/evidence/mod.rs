//! Files that show what was done.

mod show;

pub use show::show;
pub(crate) use show::{given, handed_out};
