//! What went wrong with single units of a run, or was decided otherwise than written: the source of findings, and what keeps
//! a unit from counting as passed.

use std::collections::BTreeSet;

use super::FindingKind;
use crate::base::{Text, UnitId};
use crate::report::{DeviationKind, RunReport};
use crate::run::{Event, ManualResult};

/// Something of one kind that happened with a unit. What happened several times is told once, as it was the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Mishap {
    pub(in super::super) unit: UnitId,
    pub(in super::super) kind: FindingKind,
    pub(in super::super) why: Text,
}

/// All of them, in the order in which they were recorded.
pub(in super::super) fn mishaps(report: &RunReport) -> Vec<Mishap> {
    let mut all: Vec<Mishap> = Vec::new();
    let mut told: BTreeSet<(UnitId, FindingKind)> = BTreeSet::new();
    let mut tell = |unit: &UnitId, kind: FindingKind, why: Text| {
        if told.insert((unit.clone(), kind)) {
            all.push(Mishap { unit: unit.clone(), kind, why });
        }
    };
    // An attempt that failed and is tried again by the runbook is part of its course; a unit that failed is not.
    for entry in &report.timeline {
        if let Event::Failed { unit, cause } = &entry.event {
            tell(unit, FindingKind::Failed, cause.message.clone());
        }
        if let Event::Unknown { unit, why } = &entry.event {
            tell(unit, FindingKind::Failed, why.clone());
        }
    }
    for one in &report.deviations {
        let (Some(unit), Some(kind)) = (&one.unit, overruled(&one.kind)) else { continue };
        tell(unit, kind, one.reason.clone());
    }
    for gate in report.gates.iter().filter(|gate| gate.overdue_at.is_some()) {
        tell(&gate.unit, FindingKind::GateOverdue, gate.question.clone());
    }
    for manual in &report.manual {
        let failed = manual.checklist.iter().filter(|item| item.result == Some(ManualResult::Failed));
        for item in failed {
            tell(&manual.unit, FindingKind::ItemFailed, item.title.clone());
        }
    }
    all
}

/// What a deviation is where somebody took the place of what the runbook would have done.
const fn overruled(kind: &DeviationKind) -> Option<FindingKind> {
    match kind {
        DeviationKind::Skip => Some(FindingKind::Skipped),
        DeviationKind::Attest | DeviationKind::UndoneByHand | DeviationKind::Choice { .. } => {
            Some(FindingKind::Overridden)
        }
        DeviationKind::Retry { .. }
        | DeviationKind::Restart
        | DeviationKind::Rerun
        | DeviationKind::Rewind
        | DeviationKind::Rollback
        | DeviationKind::Stop
        | DeviationKind::Pause { .. }
        | DeviationKind::ExerciseHold { .. }
        | DeviationKind::Abort
        | DeviationKind::MarkCorrection { .. }
        | DeviationKind::EscalatedVote => None,
    }
}
