//! What a plan says about the components that it was made from.

use serde::{Deserialize, Serialize};

use crate::base::{ComponentId, Digest, Mode};
use crate::runbook::UsedComponent;

/// A component that a plan was made from. Its steps are in the units; this says whose they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Its id.
    pub id: ComponentId,
    /// Its version.
    pub version: u32,
    /// Digest of its text.
    pub digest: Digest,
    /// The modes in which it may be used; `None`: all. A mock run plays any component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modes: Option<Vec<Mode>>,
}

impl Component {
    /// Whether runs in a mode may use it.
    pub fn allows(&self, mode: Mode) -> bool {
        mode == Mode::Mock || self.modes.as_ref().is_none_or(|modes| modes.contains(&mode))
    }
}

impl From<UsedComponent> for Component {
    fn from(used: UsedComponent) -> Self {
        let UsedComponent { id, version, digest, modes } = used;
        Self { id, version, digest, modes }
    }
}
