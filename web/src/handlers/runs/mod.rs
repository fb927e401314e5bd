//! Runs: declared, watched, operated.

mod act;
mod asks;
mod list;
mod live;
mod show;
mod unit;

pub use act::act;
pub use asks::asks;
pub use list::list;
pub use live::live;
pub use show::show;
pub use unit::unit;
