//! What of a runbook was gone through, and when.

mod show;

pub(crate) use show::covered;
pub use show::show;
