//! The one place where anything is decided. Pure: the same plan, state, input and instant give the same facts.
//!
//! [`decide`] takes the state forward as it goes; whoever calls it makes the events durable *before* performing the
//! effects, and throws the state away when that fails.

mod choose;
mod dispatch;
mod manual;
mod outcome;
mod people;
mod repair;
mod rollback;
mod starting;
mod timers;
mod turn;
mod vote;

pub use turn::{Decision, Effect, Input, Surroundings, decide, declare};
