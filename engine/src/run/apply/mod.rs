//! The one way from an event to the next state. Used live and on replay, so both give the same.

mod back;
mod choice;
mod illegal;
mod manual;
mod run;
mod shift;
mod unit;

pub use illegal::Illegal;
pub(super) use shift::target_of;
