//! What a run must look like, told from its events alone and in other words than the engine's: no transition table, no
//! counters, no timers. Every event is held against the rules; what the engine believes is compared with what is told here.

mod attempts;
mod bounds;
mod choice;
mod needs;
mod people;
mod rest;
mod rule;
mod run;
mod told;
mod verbs;
mod work;

pub(crate) use needs::direct_needs_agree;
pub(crate) use rule::{Verdict, rule};
pub(crate) use told::{Model, satisfied};
