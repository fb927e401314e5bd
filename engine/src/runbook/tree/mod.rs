//! YAML as a tree of spans. The only place that knows the YAML crate.
//!
//! serde's way into structs stops at the first fault and hides duplicate keys behind a policy. A runbook's author is
//! owed all faults at once, so the tree is built from parser events: every key, value and item keeps its bytes.

mod build;
mod faults;
mod nodes;

pub(super) use build::{NODE_LIMIT, build};
pub(super) use faults::too_many_nodes;
pub(super) use nodes::{Kind, NodeId, Tree};
