//! For load balancers and watchdogs.

mod show;

pub use show::show;
pub(crate) use show::state;
