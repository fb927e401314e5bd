//! Cases: the list, opening one, its page, and everything that is asked of it.

mod act;
mod asked;
mod create;
mod list;
mod log;
mod new;
mod page;
mod path;
mod propose;
mod rows;
mod show;

pub use act::act;
pub(crate) use act::ask;
pub use create::create;
pub(crate) use create::open;
pub use list::list;
pub use new::new;
pub use path::CasePath;
pub use show::show;

pub(in crate::handlers) use path::places;
pub(crate) use path::{seen, told};
