//! L3: what is to be expected of a run before it begins and while it goes, out of what its units took in past runs. Pure.
//!
//! What a unit took is drawn from its own past, one past run as likely as another; a unit without enough of a past takes its
//! target. One *trial* plays the whole plan with such draws, under the limits of concurrency of the run and its stages; many
//! trials tell how often the objective is met. Draws come from a generator with a fixed seed: the same plan and the same past
//! give the same outlook.

mod history;
mod outlook;
mod trial;

pub use history::{ENOUGH, Expected, History, Prospects};
pub use outlook::{Outlook, ServiceOutlook, TRIALS, WhatIf, outlook};

#[cfg(test)]
mod tests;
