//! What diagnostics mean.

mod show;

pub use show::show;
