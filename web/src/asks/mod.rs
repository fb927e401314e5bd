//! What a run asks of the person who looks: gates to vote on, manual work, failed and unknown units, and the controls.
//!
//! Rendered for each person, because forms carry the person's token and show only what the person may do.

mod controls;
mod gate;
mod manual;
mod marks;
mod panel;
mod rollback;
mod stuck;

pub use marks::mark_of;
pub use panel::{Approval, Asks, Task};
