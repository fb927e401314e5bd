//! Conditions: what `when` of units and cases of decisions are written in.
//!
//! ```text
//! text ──token──▶ tokens ──parse──▶ Expression ──check──▶ every name known, every comparison sensible   (compiler)
//!                                        └──────judge──▶ true or false over a snapshot of values        (run)
//! ```
//!
//! The notation is that of Jinja, cut down to what a condition needs and made strict: every name is written out, so
//! that the compiler knows all of them; texts are never compared with numbers; nothing is true by being there. There
//! are no calls, no loops and no side effects, and the work is bounded by the length of the text.

mod check;
mod fault;
mod judge;
mod name;
mod node;
mod parse;
mod prospect;
#[cfg(test)]
mod tests;
mod token;
mod value;

pub(super) use check::{Kind, Scope, check};
pub(super) use fault::Fault;
pub use judge::Trouble;
pub use name::Name;
pub(crate) use name::SETTLED;
pub use node::Expression;
pub(super) use prospect::{World, worlds};
pub use value::Value;
