//! L4: what steps do to the world, one file per kind.

mod contract;
pub mod keeper;
pub mod simulate;

pub use contract::{Claimed, Ended, Environment, Launch, OutputSink, Runner};
