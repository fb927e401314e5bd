//! What a runbook is compiled in: everything beside its text that has a say in what comes out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Components, Runbooks};
use crate::base::{RunbookId, TargetName};

/// What lies around a runbook.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The components that it may use.
    pub components: Components,
    /// The runbooks that its steps may call.
    pub runbooks: Runbooks,
    /// Ids of runbooks that stand before it, and their files: none of them can be its own.
    pub taken: Arc<BTreeMap<RunbookId, String>>,
}

impl Surroundings {
    /// What lies around a runbook in a folder, up to `root`.
    pub fn around(folder: &Path, root: &Path) -> Self {
        Self {
            components: Components::around(folder, root),
            runbooks: Runbooks::around(folder, root),
            taken: Arc::default(),
        }
    }

    /// The same, with all files of a library behind it.
    pub fn among(folder: &Path, root: &Path, library: Arc<[PathBuf]>) -> Self {
        let Self { components, runbooks, taken } = Self::around(folder, root);
        Self { components, runbooks: runbooks.among(library), taken }
    }

    /// The same, behind runbooks that have these ids.
    #[must_use]
    pub fn behind(self, taken: Arc<BTreeMap<RunbookId, String>>) -> Self {
        Self { taken, ..self }
    }
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
