//! Runs: declared, watched, operated.

mod act;
mod asks;
mod create;
mod declaration;
mod list;
mod live;
mod new;
mod show;
mod touched;
mod unit;

pub use act::act;
pub use asks::asks;
pub use create::create;
pub use list::list;
pub use live::live;
pub use new::new;
pub use show::show;
pub use unit::unit;
