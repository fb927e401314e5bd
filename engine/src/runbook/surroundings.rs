//! What a runbook is compiled in: everything beside its text that has a say in what comes out.

use super::Components;
use crate::base::TargetName;

/// What lies around a runbook.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The components that it may use.
    pub components: Components,
}

/// A target that a unit may be repeated for.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name.
    pub target: TargetName,
    /// Its labels, its tier and its site among them.
    pub labels: Vec<(String, String)>,
}

impl Choice {
    /// Whether it has a label with this value.
    pub(super) fn has(&self, label: &str, value: &str) -> bool {
        self.labels.iter().any(|(name, of)| name == label && of == value)
    }
}
