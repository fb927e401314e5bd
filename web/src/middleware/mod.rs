//! What every request passes through on its way in, and every answer on its way out.

mod headers;
mod present;
mod visit;

pub use headers::secure;
pub use present::present;
pub use visit::visit;
