//! Breaking the glass, and reviewing it.

mod show;
mod update;

pub use show::show;
pub(crate) use update::{broken, reviewed};
pub use update::{create, review};
