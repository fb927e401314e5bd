//! Gates: what is cast, who may cast it, when it is decided. Pure, and the same for every door.

mod ballot;
mod open;
mod refused;
#[cfg(test)]
mod tests;

pub use ballot::{Ballot, Call, Delegation, Hand};
pub use open::{CONFIRMED_FOR, OpenGate, Rules};
pub use refused::VoteRefused;
