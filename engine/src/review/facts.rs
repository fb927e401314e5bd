//! What is kept of a run when it ends, so that no page about many runs folds a journal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{
    BranchName, CaseId, CasePart, Digest, Millis, OrgId, RoleName, RunId, RunbookId, ServiceId, StageId, Text,
    Timestamp, UnitId, UserName,
};
use crate::plan::{Kind, Mode, Origin};
use crate::report::Tally;
use crate::run::{RunStatus, UnitState, Verdict};
use crate::store::{Error, Kept, Query, Records, Versioned, find, list};

/// A run that is over, without its units: what lists, trends and calendars look at. Derived from plan and journal once, and
/// never changed: a run that is over does not change either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The run.
    pub run: RunId,
    /// Its runbook.
    pub runbook: RunbookId,
    /// The runbook's name for people.
    pub title: Text,
    /// What the runbook is for.
    pub kind: Kind,
    /// Where in the organisation; `None`: the top of the tree.
    pub organisation: Option<OrgId>,
    /// Digest of the frozen plan.
    pub plan: Digest,
    /// How it touched the world.
    pub mode: Mode,
    /// How it ended.
    pub status: RunStatus,
    /// Who declared it.
    pub requester: UserName,
    /// The run that called it.
    pub called_by: Option<RunId>,
    /// The case in which it was declared.
    pub case: Option<CaseId>,
    /// What it was there.
    pub part: Option<CasePart>,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When it was over.
    pub ended_at: Timestamp,
    /// When somebody or something noticed, where that was recorded.
    pub detect_at: Option<Timestamp>,
    /// When the service was opened to its users, where that was recorded.
    pub resume_at: Option<Timestamp>,
    /// When the last unit that counts was ready.
    pub recovered_at: Option<Timestamp>,
    /// The origin that verdicts are reckoned from.
    pub origin: Origin,
    /// The worst of the plan's verdict and those of all services that have an objective.
    pub verdict: Option<Verdict>,
    /// The plan's own.
    pub plan_verdict: Option<Verdict>,
    /// Its objective.
    pub rto: Option<Millis>,
    /// Its recovery time.
    pub rta: Option<Millis>,
    /// What of that was waiting for consent.
    pub decision: Millis,
    /// Units that count, by verdict on their targets.
    pub units: Tally,
    /// Services against their objectives.
    pub services: Vec<ServiceFacts>,
    /// Recovery points against theirs.
    pub points: Vec<PointFacts>,
    /// Everybody who did something in it, each once, in order of names.
    pub participants: Vec<UserName>,
    /// Participants times the run's wall time: who takes part in a drill is bound by it from beginning to end.
    pub person_time: Millis,
    /// How often people or the runbook left the written course.
    pub deviations: u32,
    /// How often something failed.
    pub faults: u32,
    /// Whether something was declared or decided under the emergency authority.
    pub broke_glass: bool,
}

/// A service against its objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceFacts {
    /// The service.
    pub service: ServiceId,
    /// Its name for people.
    pub title: Text,
    /// Recovery priority, 1 first.
    pub tier: Option<u8>,
    /// Its objective.
    pub rto: Option<Millis>,
    /// Its recovery time.
    pub rta: Option<Millis>,
    /// The verdict.
    pub verdict: Option<Verdict>,
}

/// A recovery point against its objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointFacts {
    /// The service; `None` for the plan as a whole.
    pub service: Option<ServiceId>,
    /// Its objective.
    pub rpo: Option<Millis>,
    /// What was lost.
    pub rpa: Option<Millis>,
    /// The verdict.
    pub verdict: Verdict,
}

/// The units of a run that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunUnits {
    /// The run.
    pub run: RunId,
    /// Its runbook.
    pub runbook: RunbookId,
    /// In the order written.
    pub units: Vec<UnitFacts>,
}

/// A unit of a run that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFacts {
    /// The unit.
    pub unit: UnitId,
    /// Its name for people.
    pub title: Text,
    /// Its stage.
    pub stage: StageId,
    /// Digest of what the plan says of it: another one means that the unit was changed.
    pub digest: Digest,
    /// Digest of what the inventory said of its hosts; `None` where it led to none, or nobody wrote that down yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<Digest>,
    /// Where it stood at the end.
    pub state: UnitState,
    /// Whether it counts for the recovery time.
    pub counted: bool,
    /// Its budget.
    pub target: Option<Millis>,
    /// From eligible to settled; `None` where its clock never started.
    pub elapsed: Option<Millis>,
    /// Of that, waiting for consent.
    pub gate: Millis,
    /// Of that, done by people.
    pub manual: Millis,
    /// Verdict on the budget.
    pub verdict: Option<Verdict>,
    /// Attempts made of its steps, probes not counted.
    pub attempts: u32,
    /// When it was ready.
    pub ready_at: Option<Timestamp>,
    /// Who did its manual work, vouched for it or skipped it.
    pub person: Option<UserName>,
    /// Who voted at its gates.
    pub votes: Vec<VoteFacts>,
    /// The branches that it took, where it decides.
    pub branches: Vec<BranchName>,
    /// Whether something went wrong with it or somebody overruled it: it was then not passed, whatever its verdict.
    pub blemished: bool,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VoteFacts {
    /// Who.
    pub name: UserName,
    /// The role that it counted for.
    pub role: RoleName,
    /// In whose name, where not in that person's own.
    pub on_behalf_of: Option<UserName>,
    /// Whether that role could vote only because the gate was escalated.
    pub escalated: bool,
}

impl UnitFacts {
    /// Whether the run shows that the unit works: it came to its end by itself, in its time, with nothing wrong on the way.
    /// What has no target has no time to miss.
    pub fn passed(&self) -> bool {
        self.state == UnitState::Ready
            && !self.blemished
            && match self.verdict {
                Some(Verdict::Met) => true,
                Some(Verdict::NotMeasured) => self.target.is_none(),
                Some(Verdict::Simulated | Verdict::Exceeded | Verdict::NotRecovered) | None => false,
            }
    }

    /// Whether it was gone through at all, to whatever end.
    pub fn rehearsed(&self) -> bool {
        match self.state {
            UnitState::Ready
            | UnitState::Attested
            | UnitState::Failed
            | UnitState::Unknown
            | UnitState::RolledBack
            | UnitState::Running
            | UnitState::Verifying
            | UnitState::RetryWait
            | UnitState::AwaitingRollback
            | UnitState::RollingBack => self.attempts > 0 || !self.votes.is_empty() || self.ready_at.is_some(),
            UnitState::Pending
            | UnitState::Queued
            | UnitState::AwaitingGate
            | UnitState::AwaitingManual
            | UnitState::Skipped
            | UnitState::NotSelected
            | UnitState::Cancelled => false,
        }
    }
}

impl Kept for RunFacts {
    const KIND: &'static str = "run-facts";

    /// Ids of runs sort by their declaration.
    fn id(&self) -> String {
        self.run.to_string()
    }

    fn group(&self) -> String {
        self.runbook.to_string()
    }
}

impl Kept for RunUnits {
    const KIND: &'static str = "run-units";

    fn id(&self) -> String {
        self.run.to_string()
    }

    fn group(&self) -> String {
        self.runbook.to_string()
    }
}

/// What is kept of a run; `None` while it is open, and until somebody has looked after it.
pub async fn facts_of(store: &(impl Records + ?Sized), run: RunId) -> Result<Option<RunFacts>, Error> {
    Ok(find::<RunFacts>(store, &run.to_string()).await?.map(|found| found.value))
}

/// The units of a run that is over, by their ids.
pub async fn units_of(
    store: &(impl Records + ?Sized),
    run: RunId,
) -> Result<Option<BTreeMap<UnitId, UnitFacts>>, Error> {
    let found = find::<RunUnits>(store, &run.to_string()).await?;
    Ok(found.map(|found| found.value.units.into_iter().map(|unit| (unit.unit.clone(), unit)).collect()))
}

/// The units of a run that is over, in the order written.
pub async fn units_in_order(store: &(impl Records + ?Sized), run: RunId) -> Result<Vec<UnitFacts>, Error> {
    let found = find::<RunUnits>(store, &run.to_string()).await?;
    Ok(found.map_or_else(Vec::new, |found| found.value.units))
}

/// Runs that are over, newest first: of one runbook or of all, those declared before `before`.
pub async fn ended_runs(
    store: &(impl Records + ?Sized),
    runbook: Option<&RunbookId>,
    before: Option<RunId>,
    limit: u32,
) -> Result<Vec<RunFacts>, Error> {
    let query = Query {
        group: runbook.map(ToString::to_string),
        after: before.map(|run| run.to_string()),
        newest_first: true,
        limit,
    };
    Ok(list::<RunFacts>(store, query).await?.into_iter().map(|Versioned { value, .. }| value).collect())
}
