//! Files that show what was done.

mod show;

pub use show::show;
