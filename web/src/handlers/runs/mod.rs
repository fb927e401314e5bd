//! Runs: declared, watched, operated.

mod act;
mod asks;
mod create;
mod declaration;
mod delegate;
mod list;
mod live;
mod new;
mod phone;
mod preflight;
mod rehearsal;
mod row;
mod show;
mod touched;
mod unit;
mod work;

pub use act::act;
pub(in crate::handlers) use act::back;
pub(crate) use act::put;
pub(crate) use act::{Asked as Submitted, ask};
pub use asks::asks;
pub use create::create;
pub(crate) use create::declare;
pub use list::list;
pub(crate) use list::page_of;
pub(in crate::handlers) use list::{Asked, page};
pub use live::live;
pub(in crate::handlers) use new::never;
pub use new::new;
pub(crate) use new::runbook;
pub use preflight::preflight;
pub(in crate::handlers) use row::Row;
pub use show::show;
pub(in crate::handlers) use unit::Named;
pub use unit::unit;
pub(in crate::handlers) use work::work;
