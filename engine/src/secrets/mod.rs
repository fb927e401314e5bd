//! L4: the values of the inventory's secrets, on the engine's host and nowhere else.
//!
//! ```text
//! inventory: {env: NAME} ────▶ a variable of the engine ─┐
//!            {file: PATH} ───▶ a file on its host ───────┼─▶ Secret ─▶ environment of a step, login, handshake
//!            {sealed: NAME} ─▶ STATE/secrets, AES-256-GCM ┘
//! ```
//!
//! A plan holds where a secret is found, never what it is. The value is fetched when a step starts, so a password that was
//! changed in the meantime is the new one, and it is masked in all that is said of the step.

mod fault;
mod key;
mod sealed;
mod sources;

pub use fault::Fault;
pub use key::random;
pub use sealed::{Entry, Sealed};
pub use sources::{LIMIT, Sources, value_in};
