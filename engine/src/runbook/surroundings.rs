//! What a runbook is compiled in: everything beside its text that has a say in what comes out.

use super::Components;

/// What lies around a runbook.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The components that it may use.
    pub components: Components,
}
