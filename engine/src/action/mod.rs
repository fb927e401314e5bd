//! L4: what steps do to the world, one file per kind.

mod actions;
mod check;
mod contract;
mod environment;
mod http;
pub mod keeper;
pub mod mask;
mod process;
pub mod simulate;
mod tcp;
mod transcript;

pub use actions::Actions;
pub use contract::{Claimed, Ended, Environment, Launch, OutputSink, Runner};
