//! The draft as it is written down: the keys of the runbook language that an import fills.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

/// The whole draft.
#[derive(Debug, Serialize)]
pub(super) struct Runbook {
    pub(super) runbook: String,
    pub(super) title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) stages: Vec<Stage>,
    #[serde(skip_serializing_if = "Units::is_empty")]
    pub(super) units: Units,
}

/// A stage.
#[derive(Debug, Serialize)]
pub(super) struct Stage {
    pub(super) stage: String,
    pub(super) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mode: Option<&'static str>,
    /// Written, and empty, where the sheet orders tasks by their predecessors: its stages are then no more than names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) needs: Option<[String; 0]>,
    pub(super) units: Units,
}

/// Units in the order of the sheet.
#[derive(Debug, Default)]
pub(super) struct Units(pub(super) Vec<(String, Unit)>);

impl Units {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, unit) in &self.0 {
            map.serialize_entry(id, unit)?;
        }
        map.end()
    }
}

/// A unit.
#[derive(Debug, Default, Serialize)]
pub(super) struct Unit {
    pub(super) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) on: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) needs: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    pub(super) run: Vec<Step>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) post: Vec<Step>,
}

/// A step with its one action.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    Command(String),
    Http(String),
    Tcp(String),
    Manual(Manual),
}

/// Work of a person.
#[derive(Debug, Serialize)]
pub(super) struct Manual {
    pub(super) instruction: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<String>,
}
