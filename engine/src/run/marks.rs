//! Milestones of a run with everything that was ever said about them.

use std::collections::BTreeMap;

use super::Actor;
use crate::base::Timestamp;
use crate::plan::MarkKind;

/// One setting of a milestone. The last one counts; the others stay as they were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The instant it was set to.
    pub value: Timestamp,
    /// When that was recorded.
    pub recorded_at: Timestamp,
    /// Who set it; `None` when a step or the engine did.
    pub by: Option<Actor>,
    /// Why.
    pub reason: String,
}

/// The milestones of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks(BTreeMap<MarkKind, Vec<Setting>>);

impl Marks {
    /// The value that counts.
    pub fn get(&self, mark: MarkKind) -> Option<Timestamp> {
        self.settings(mark).last().map(|setting| setting.value)
    }

    /// All settings of a milestone, the oldest first.
    pub fn settings(&self, mark: MarkKind) -> &[Setting] {
        self.0.get(&mark).map_or(&[], Vec::as_slice)
    }

    /// Milestones that were ever set, each with its settings.
    pub fn iter(&self) -> impl Iterator<Item = (MarkKind, &[Setting])> {
        self.0.iter().map(|(mark, settings)| (*mark, settings.as_slice()))
    }

    pub(super) fn set(&mut self, mark: MarkKind, setting: Setting) {
        self.0.entry(mark).or_default().push(setting);
    }
}
