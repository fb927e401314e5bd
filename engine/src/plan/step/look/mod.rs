//! Looks at systems: questions whose answer is weighed by the engine and which change nothing.

mod host;
mod kind;
mod range;

pub use host::{Clock, Disk, File, Free, Process, Service, ServiceState};
pub use kind::Look;
pub use range::Range;
