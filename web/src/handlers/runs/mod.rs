//! Runs: declared, watched, operated.

mod act;
mod asks;
mod create;
mod declaration;
mod list;
mod live;
mod new;
mod rehearsal;
mod row;
mod show;
mod touched;
mod unit;

pub use act::act;
pub use asks::asks;
pub use create::create;
pub use list::list;
pub(in crate::handlers) use list::{Asked, page_of};
pub use live::live;
pub use new::new;
pub(in crate::handlers) use new::never;
pub(in crate::handlers) use row::Row;
pub use show::show;
pub use unit::unit;
