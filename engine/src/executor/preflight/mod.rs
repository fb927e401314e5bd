//! What is looked at before a run is declared. Nothing is changed, nothing is blocked: it says what would go wrong.
//!
//! Targets are asked by the same runner, with the same bindings and credentials, as the steps of the run will be.

mod approvers;
mod ask;
mod links;
mod standing;

pub use approvers::{Approver, Voters};
