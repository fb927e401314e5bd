//! From document to plan.
//!
//! ```text
//! Document ──names──▶ Needs ──Graph::build──▶ Graph      faults of meaning, all of them
//!     └────lower────▶ Body + Places ──lints──▶ Plan      lints, once there is no fault
//! ```

mod calls;
mod certificates;
mod compiler;
mod conditions;
mod gates;
mod inputs;
mod links;
mod looks;
mod lower;
mod manual;
mod messages;
mod names;
mod outputs;
mod places;
mod records;
mod requests;
mod resolvers;
mod starts;
mod statements;
mod steps;
mod titles;
mod upkeep;
mod vantage;
mod waits;

pub use compiler::{Compiled, Context, compile, compile_in};
pub(super) use conditions::OTHERWISE;
pub(super) use links::{CALLEES, DEPTH, Uncallable, WrittenLink};
pub(super) use names::{Known, Names, Needs, stage, units};
pub(super) use places::{Part, Places, WrittenSilence};
