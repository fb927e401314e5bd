//! Breaking the glass, and reviewing it.

mod show;
mod update;

pub use show::show;
pub use update::{create, review};
