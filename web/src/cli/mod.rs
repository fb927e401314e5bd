//! The command line.

mod args;
mod serve;

pub use args::main;
