//! Signing in and out.

mod create;
mod delete;
mod elsewhere;
mod new;

pub use create::create;
pub(in crate::handlers) use create::enter;
pub use delete::delete;
pub use elsewhere::{farewell, leave, returned};
pub use new::new;
