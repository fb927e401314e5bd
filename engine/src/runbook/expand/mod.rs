//! Puts what a runbook refers to into its tree, before the document is read.
//!
//! ```text
//! Tree ──uses──────────▶ steps of components   names in `{{ }}` replaced, each copy with addresses of its own
//!      ──foreach, group─▶ units                 what named the group then names them
//! ```
//!
//! Working on the tree means that no later part of the compiler knows of components or groups: the reader reads a step
//! of a component as it reads any other, and what it reports is shown in the component and where that was used.

mod alone;
mod arguments;
mod bring;
mod choice;
mod component;
mod copy;
mod each;
mod expander;
mod fits;
mod group;
mod names;
mod reading;
mod scope;
mod steps;
mod template;
mod units;

pub(super) use alone::alone;
pub use component::{ComponentCard, ParamCard, UsedComponent};
pub(crate) use expander::Expansion;
pub(super) use expander::expand;
