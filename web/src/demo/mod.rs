//! What the demonstration brings along: runbooks in the binary, and the people of its drill.

mod people;
mod shipped;

pub use people::{PEOPLE, Person, admit, team_up};
pub use shipped::{ShippedError, unpack};
