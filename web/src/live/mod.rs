//! The parts of a run's page that change while it runs.
//!
//! ```text
//! executor ──View──▶ hub: one task a run and language ──Rendered──▶ every watcher's stream
//!                     └ renders each part once a change
//! ```
//!
//! What depends on who looks (acting forms with their tokens) is not in here: it is fetched for each person when the
//! stream says that something else is asked.

mod frame;
mod hub;
mod marks;
mod output;
mod pictures;
mod scene;
mod stages;
mod timeline;
mod units;
mod wall;

pub use hub::{Hub, Rendered, Watch};
pub use output::Output;
pub use scene::{Part, Scene};
