//! What of a runbook was gone through, and when.

mod show;

pub use show::show;
