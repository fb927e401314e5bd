//! The runs that a run called, as its own journal knows them.

use serde::Serialize;

use crate::base::{Millis, RunId, RunbookId, Timestamp, UnitId};
use crate::plan::{Action, LinkWait, Mode, Plan};
use crate::run::{AttemptId, Outcome, Purpose, RunStatus, State, Verdict};

/// A run that a step called. How it stood when the step ended is all that the journal of its caller says: what became of one
/// that was only declared, or went on after a failure, stands in its own report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkedEntry {
    /// Whose step it was.
    pub unit: UnitId,
    /// The attempt.
    pub attempt: AttemptId,
    /// The runbook that was called.
    pub runbook: RunbookId,
    /// The run.
    pub run: RunId,
    /// How it touched the world.
    pub mode: Mode,
    /// What the step waited for.
    pub wait: LinkWait,
    /// When it was called.
    pub called_at: Timestamp,
    /// When the step ended.
    pub ended_at: Option<Timestamp>,
    /// How the run stood then; `None` while the step is at work, and where it never came to be.
    pub status: Option<RunStatus>,
    /// Its recovery time, where it was recovered.
    #[serde(rename = "rta_ms")]
    pub rta: Option<Millis>,
    /// Its objective.
    #[serde(rename = "rto_ms")]
    pub rto: Option<Millis>,
    /// Its verdict.
    pub verdict: Option<Verdict>,
}

/// All of them, unit after unit in the order of the plan. Attempts that were only played called nothing.
pub(super) fn entries(plan: &Plan, state: &State) -> Vec<LinkedEntry> {
    let mut entries = Vec::new();
    for ix in plan.unit_ixs() {
        let unit = plan.unit(ix);
        for made in state.unit(ix).attempts.iter().filter(|made| made.purpose == Purpose::Act) {
            let Some(Action::Link(link)) = unit.step(made.step).map(|step| &step.action) else { continue };
            let seen = made.ended.as_ref().map(|(_, outcome)| match outcome {
                Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. } => seen,
            });
            let known = seen.and_then(|seen| seen.linked.as_deref());
            let played = seen.is_some() && known.is_none();
            let Some(run) = state.linked(ix, made.attempt).filter(|_| !played) else { continue };
            entries.push(LinkedEntry {
                unit: unit.id.clone(),
                attempt: made.attempt,
                runbook: link.runbook.clone(),
                run,
                mode: if link.mock { Mode::Mock } else { state.header().mode },
                wait: link.wait,
                called_at: made.started_at,
                ended_at: made.ended.as_ref().map(|(at, _)| *at),
                status: known.map(|known| known.status),
                rta: known.and_then(|known| known.rta),
                rto: known.and_then(|known| known.rto),
                verdict: known.and_then(|known| known.verdict),
            });
        }
    }
    entries
}
