//! Runs that call each other: who is above a run, and which run an attempt stands for.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use super::{Attempt, AttemptId, Outcome, Purpose, RunStatus, State, Verdict};
use crate::base::{Millis, RunId, UnitId};
use crate::plan::{Action, Plan, UnitIx};

/// Which run called another one into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The run.
    pub run: RunId,
    /// Its unit that called.
    pub unit: UnitId,
    /// The runs above whose locks it may use, because they wait for it, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lenders: Vec<RunId>,
    /// The runs above that one, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<RunId>,
}

impl Parent {
    /// All runs above the one it is the parent of, the outermost first.
    pub fn lineage(&self) -> impl Iterator<Item = RunId> {
        self.above.iter().copied().chain([self.run])
    }

    /// The run that a person declared.
    pub fn root(&self) -> RunId {
        self.above.first().copied().unwrap_or(self.run)
    }
}

/// How a run stood when the step that had called it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedRun {
    /// The run.
    pub run: RunId,
    /// Its status.
    pub status: RunStatus,
    /// Its recovery time, where it was recovered.
    pub rta: Option<Millis>,
    /// Its objective.
    pub rto: Option<Millis>,
    /// Its verdict.
    pub verdict: Option<Verdict>,
}

/// The run that an attempt calls into being. Made of the two alone: however often an engine dies on the way, the next one
/// comes to the same id and finds the run that exists. It sorts directly behind its caller among all runs.
pub fn called_run(run: RunId, attempt: AttemptId) -> RunId {
    let mut hasher = Sha256::new();
    hasher.update(run.0.as_bytes());
    hasher.update(attempt.0.to_be_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let mut millis = [0; 8];
    millis[2..].copy_from_slice(&run.0.as_bytes()[..6]);
    RunId(Builder::from_unix_timestamp_millis(u64::from_be_bytes(millis) + 1, &random).into_uuid())
}

impl State {
    /// The run that an attempt of a call stands for: the one that it declares, or, tried again, the one of the try before where
    /// that was not over: what was mended there is not done a second time.
    pub fn linked(&self, unit: UnitIx, attempt: AttemptId) -> Option<RunId> {
        let attempts = &self.unit(unit).attempts;
        let step = attempts.iter().find(|made| made.attempt == attempt)?.step;
        let tries = attempts.iter().filter(|made| made.step == step && made.purpose == Purpose::Act);
        let mut open: Option<RunId> = None;
        for made in tries {
            let run = open.unwrap_or_else(|| called_run(self.header().run, made.attempt));
            if made.attempt == attempt {
                return Some(run);
            }
            open = left_open(made).then_some(run);
        }
        None
    }
}

impl State {
    /// The attempts of a unit that led to another run, with those runs. What a mock run only played led to none.
    pub fn called(&self, plan: &Plan, unit: UnitIx) -> Vec<(AttemptId, RunId)> {
        let calls = |made: &&Attempt| {
            let step = plan.unit(unit).step(made.step);
            let is_call = step.is_some_and(|step| matches!(step.action, Action::Link(_)));
            is_call && made.purpose == Purpose::Act && !only_played(made)
        };
        let made = self.unit(unit).attempts.iter().filter(calls);
        made.filter_map(|made| Some((made.attempt, self.linked(unit, made.attempt)?))).collect()
    }
}

/// Whether an attempt of a call ended without another run: played, or refused.
fn only_played(made: &Attempt) -> bool {
    made.ended.as_ref().is_some_and(|(_, outcome)| match outcome {
        Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. } => {
            seen.linked.is_none()
        }
    })
}

/// Whether an attempt ended while the run that it stood for did not.
fn left_open(made: &Attempt) -> bool {
    match &made.ended {
        None | Some((_, Outcome::Unknown { .. })) => true,
        Some((_, Outcome::Succeeded { .. })) => false,
        Some((_, Outcome::Failed { seen, .. })) => seen.linked.as_ref().is_some_and(|linked| linked.status.is_open()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attempt_calls_a_run_of_its_own_and_always_the_same_one() {
        let run = |text: &str| text.parse::<RunId>().unwrap();
        let (one, other) = (run("01934f00-0000-7000-8000-000000000001"), run("01934f00-0000-7000-8000-000000000002"));
        let all = [one, other]
            .into_iter()
            .flat_map(|run| [run, called_run(run, AttemptId(1)), called_run(run, AttemptId(2))])
            .collect::<std::collections::BTreeSet<_>>();
        assert_eq!(all.len(), 6);
        assert_eq!(called_run(one, AttemptId(1)), called_run(one, AttemptId(1)));
        assert!(called_run(one, AttemptId(1)) > one, "a called run is listed as newer than its caller");
    }
}
