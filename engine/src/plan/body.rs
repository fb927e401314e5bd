//! Everything that a plan says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Callee, Component, Kind, Objectives, Occasion, Review, Service, Silence, Stage, Unit};
use crate::base::{CaseClass, CasePart, Digest, FacilityScope, InputName, Mode, OrgId, RunbookId, Text, UserName};
use crate::inventory::Bound;

/// What is asked when a run is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name.
    pub name: InputName,
    /// Its label for people.
    pub title: Text,
    /// What it may hold.
    pub kind: InputKind,
    /// Whether a value must be given.
    pub required: bool,
    /// Taken where no value is given. Never present for a secret.
    pub default: Option<String>,
}

/// What an input may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Any text up to 4,096 characters.
    Text,
    /// A text that is never shown again.
    Secret,
    /// One of these; never empty.
    Enum(Vec<String>),
    /// An instant in ISO 8601 with an offset.
    Datetime,
    /// `true` or `false`.
    Bool,
}

/// How much may happen at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Units of the run at work at the same time, at most.
    pub run: u32,
    /// Units on one target (`on`) at work at the same time, at most.
    pub per_target: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { run: 16, per_target: None }
    }
}

/// What a runbook says of the events it is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// What it is in a case; `None`: it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<CasePart>,
    /// Classes of events; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<CaseClass>,
    /// Scopes of the facility; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<FacilityScope>,
}

impl Answers {
    /// Whether nothing is said.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

/// Everything a plan says. Public so that the compiler can fill it; worthless until it is a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Version of this format, for readers of frozen plans.
    pub format: u32,
    /// The runbook's id.
    pub runbook: RunbookId,
    /// The runbook's name for people.
    pub title: Text,
    /// The author's version of the runbook.
    pub version: Option<String>,
    /// Who looks after the runbook.
    pub owner: Option<String>,
    /// The organisation that it belongs to; `None` is the top of the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrgId>,
    /// For which events it is written.
    #[serde(default, skip_serializing_if = "Answers::is_silent")]
    pub answers: Answers,
    /// The persons who wrote or changed it lately, by their account names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<UserName>,
    /// What it is for.
    pub description: Option<Text>,
    /// Whether it changes anything.
    #[serde(default, skip_serializing_if = "Kind::is_default")]
    pub kind: Kind,
    /// When it was read last, and when it is to be read again.
    #[serde(default, skip_serializing_if = "Review::is_empty")]
    pub review: Review,
    /// When it is to be run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<Occasion>,
    /// The promise as a whole.
    pub objectives: Objectives,
    /// What is asked at declaration.
    pub inputs: Vec<Input>,
    /// The business functions.
    pub services: Vec<Service>,
    /// The stages in the order written. Never empty.
    pub stages: Vec<Stage>,
    /// The units in the order written, stage after stage. Never empty.
    pub units: Vec<Unit>,
    /// Bounds on concurrency.
    pub limits: Limits,
    /// The modes in which it may be run; empty: in all. It may always be played.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<Mode>,
    /// Digest of the YAML text.
    pub source: Digest,
    /// What of the inventory the plan needs.
    #[serde(default, skip_serializing_if = "Bound::is_empty")]
    pub bound: Bound,
    /// Lints that the author kept silent, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silences: Vec<Silence>,
    /// The runbooks that its steps call, as they were when a run was declared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub callees: BTreeMap<RunbookId, Callee>,
    /// The components that it was made from, in the order first used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
}

/// The version of [`Body`] that this engine writes.
pub(super) const FORMAT: u32 = 1;
