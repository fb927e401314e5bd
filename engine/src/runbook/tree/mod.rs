//! YAML as a tree of spans. The only place that knows the YAML crate.
//!
//! serde's way into structs stops at the first fault and hides duplicate keys behind a policy. A runbook's author is
//! owed all faults at once, so the tree is built from parser events: every key, value and item keeps its bytes.

mod build;
mod faults;
mod nodes;

pub(super) use build::build;
pub(super) use nodes::{Kind, NodeId, Tree};
