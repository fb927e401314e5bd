//! Signing in, in one or two steps; showing once more who one is; signing out.

mod confirm;
mod create;
mod delete;
mod elsewhere;
mod new;
mod second;

pub use confirm::{confirm, take_confirm};
pub use create::create;
pub(in crate::handlers) use create::enter;
pub use delete::delete;
pub use elsewhere::{farewell, leave, returned};
pub use new::new;
pub use second::{second, take_second};
