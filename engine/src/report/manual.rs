//! The register of manual work, entry by entry, as the journal is read.

use super::registers::{CheckEntry, FileEntry, ItemEntry, ManualEntry, MeasureEntry};
use crate::base::{Decimal, Millis, Timestamp, UnitId};
use crate::plan::{Action, Manual};
use crate::run::{Actor, ManualResult, ManualWork, StepIx};

impl ManualEntry {
    pub(super) fn opened(unit: UnitId, step: StepIx, manual: &Manual, at: Timestamp) -> Self {
        let item = |item: &crate::plan::Item| ItemEntry {
            title: item.title.clone(),
            may_fail: item.may_fail,
            result: None,
            by: None,
            at: None,
            note: String::new(),
        };
        Self {
            unit,
            step,
            instruction: manual.instruction.clone(),
            opened_at: at,
            closed_at: None,
            wait: Millis::ZERO,
            by: None,
            result: None,
            evidence: String::new(),
            measure: None,
            checklist: manual.checklist.iter().map(item).collect(),
            files: Vec::new(),
            checks: Vec::new(),
            second_checker: manual.second_checker.is_some(),
        }
    }

    pub(super) fn work(&mut self, at: Timestamp, by: &Actor, work: &ManualWork) {
        match work {
            // Who holds it, and what waits for a check, is told by the timeline; what counts is said when it is closed.
            ManualWork::Claimed | ManualWork::Released | ManualWork::Assigned { .. } | ManualWork::Reported { .. } => {}
            ManualWork::Ticked { item, result, note } => {
                if let Some(entry) = self.checklist.get_mut(usize::from(*item)) {
                    entry.result = Some(*result);
                    entry.by = Some(by.clone());
                    entry.at = Some(at);
                    entry.note.clone_from(note);
                }
            }
            ManualWork::Attached { file } => {
                self.files.push(FileEntry { at, by: by.clone(), file: file.clone() });
            }
            ManualWork::Checked { accepted, comment } => {
                self.checks.push(CheckEntry { at, by: by.clone(), accepted: *accepted, comment: comment.clone() });
            }
        }
    }

    pub(super) fn close(
        &mut self,
        at: Timestamp,
        by: &Actor,
        result: ManualResult,
        evidence: &str,
        measure: Option<&Decimal>,
        asked: Option<&Action>,
    ) {
        self.closed_at = Some(at);
        self.by = Some(by.clone());
        self.result = Some(result);
        evidence.clone_into(&mut self.evidence);
        let asked = match asked {
            Some(Action::Manual(manual)) => manual.measure.as_ref(),
            _ => None,
        };
        self.measure = measure.zip(asked).map(|(value, asked)| MeasureEntry {
            value: value.clone(),
            unit: asked.unit.clone(),
            min: asked.min.clone(),
            max: asked.max.clone(),
            good: asked.holds(value),
        });
    }
}
