//! How people are told: classes, rules, words and channels.

mod keep;
mod may;
mod save;
mod show;

pub(crate) use keep::Desk;
pub use may::Tick;
pub(crate) use may::Wish;
pub(super) use may::{Act, make, malformed, mode_ticks, modes, refused, shown, words};
pub use save::save;
pub use show::show;
