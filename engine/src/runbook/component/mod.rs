//! Where components are found: in `components` folders around the runbook, then among those that are shipped.

mod find;
mod shipped;

pub use find::Components;
pub use shipped::{shipped, shipped_path};
