//! Which findings a run closes: the only way in which one is ever closed.

use std::collections::BTreeMap;

use super::finding::{Finding, Status};
use super::kind::{FindingKind, Subject};
use crate::base::UnitId;
use crate::plan::Mode;
use crate::review::facts::{RunFacts, UnitFacts};
use crate::run::{RunStatus, Verdict};

/// A run that is over, as what it may close looks at it.
#[derive(Debug)]
pub(in super::super) struct Retest<'a> {
    pub(in super::super) facts: &'a RunFacts,
    pub(in super::super) units: &'a BTreeMap<UnitId, UnitFacts>,
}

impl Retest<'_> {
    /// The finding as this run leaves it; `None` where the run shows nothing about it.
    pub(in super::super) fn closes(&self, finding: &Finding) -> Option<Finding> {
        let closed = Status::Closed { run: self.facts.run, at: self.facts.ended_at };
        self.shows(finding).then(|| Finding { status: closed, ..finding.clone() })
    }

    /// Whether it is a later run of the same runbook, did real work, and passed in what the finding is about.
    fn shows(&self, finding: &Finding) -> bool {
        let facts = self.facts;
        let later = facts.declared_at >= finding.raised_at && facts.run != finding.run;
        let open = !matches!(finding.status, Status::Closed { .. });
        if !open || !later || facts.runbook != finding.runbook || facts.mode == Mode::Mock {
            return false;
        }
        match &finding.subject {
            Subject::Unit { unit } => self.units.get(unit).is_some_and(|unit| passed(unit, finding.kind)),
            Subject::Service { service } => {
                let line = facts.services.iter().find(|line| line.service == *service);
                line.is_some_and(|line| line.verdict == Some(Verdict::Met))
            }
            Subject::Point { service } => {
                let line = facts.points.iter().find(|line| line.service == *service);
                line.is_some_and(|line| line.verdict == Verdict::Met)
            }
            Subject::Plan => {
                // A runbook without an objective has no time to miss; one whose objective was missed must be shown to meet it.
                let untimed = facts.plan_verdict == Some(Verdict::NotMeasured) && facts.rto.is_none();
                let met =
                    facts.plan_verdict == Some(Verdict::Met) || (untimed && finding.kind != FindingKind::PlanMissed);
                met && !facts.broke_glass && facts.status == RunStatus::Completed
            }
        }
    }
}

/// Who took too long must be shown to be quick enough: that a target was taken away shows nothing.
fn passed(unit: &UnitFacts, kind: FindingKind) -> bool {
    unit.passed() && (kind != FindingKind::UnitExceeded || unit.verdict == Some(Verdict::Met))
}
