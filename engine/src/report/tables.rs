//! Lines of the tables.

use serde::Serialize;

use super::{ClockError, GroupLedger};
use crate::base::{Millis, RoleName, ServiceId, StageId, TargetName, Text, TierName, Timestamp, UnitId, UserName};
use crate::run::{Accounts, Live, Measure, UnitState, Unmeasured, Verdict};

/// A recovery against its objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RecoveryLine {
    /// Its objective.
    #[serde(rename = "rto_ms")]
    pub rto: Option<Millis>,
    /// Recovery time from the origin that counts, without what was excluded while the exercise was held.
    #[serde(rename = "rta_ms")]
    pub rta: Option<Millis>,
    /// What was excluded of it.
    #[serde(rename = "excluded_ms")]
    pub excluded: Millis,
    /// The same with what was excluded.
    #[serde(rename = "rta_gross_ms")]
    pub rta_gross: Option<Millis>,
    /// When it was recovered.
    pub end_at: Option<Timestamp>,
    /// Recovery time less objective; negative is time to spare.
    pub variance_ms: Option<i64>,
    /// Recovery time as a share of the objective in tenths of a percent, rounded up.
    pub utilisation: Option<u64>,
    /// The verdict; `None` while it is open.
    pub verdict: Option<Verdict>,
    /// How it does while it is open.
    pub live: Option<Live>,
    /// When it is expected, while it is open.
    pub forecast_at: Option<Timestamp>,
    /// The same from all three origins.
    pub measures: [Measure; 3],
    /// Origins that are known give different verdicts.
    pub diverges: bool,
    /// What the units of its actual path waited for consent.
    #[serde(rename = "decision_ms")]
    pub decision: Millis,
    /// Recovery time less that wait; never the base of a verdict.
    #[serde(rename = "rta_net_ms")]
    pub rta_net: Option<Millis>,
    /// How far the recovery time may be wrong because engines with different clocks measured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockError>,
}

/// The plan against its objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlanLine {
    /// The numbers.
    pub recovery: RecoveryLine,
    /// The length of the critical path of targets: what the runbook itself says that it takes.
    #[serde(rename = "planned_ms")]
    pub planned: Millis,
}

/// A service against its objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceLine {
    /// The service.
    pub service: ServiceId,
    /// Its name for people.
    pub title: Text,
    /// Recovery priority, 1 first.
    pub tier: Option<u8>,
    /// The numbers, against the objective of the scenario.
    pub recovery: RecoveryLine,
    /// The objective of the business impact analysis, where the scenario has a longer one.
    pub exception: Option<ExceptionEntry>,
    /// Units it needs.
    pub units: u32,
    /// Where the time of these went.
    pub ledger: GroupLedger,
}

/// An accepted gap between the scenario's objective, which verdicts use, and the one of the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExceptionEntry {
    /// The business objective.
    #[serde(rename = "bia_rto_ms")]
    pub bia_rto: Option<Millis>,
    /// The verdict that it would give.
    pub bia_verdict: Option<Verdict>,
    /// Who accepted the gap.
    pub accepted_by: String,
    /// Why.
    pub reason: Text,
    /// Until when, `YYYY-MM-DD`.
    pub expires: String,
}

/// A tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierLine {
    /// Which.
    pub tier: Tier,
    /// When the last of it was there.
    pub end_at: Option<Timestamp>,
    /// Recovery time from the origin that counts, without what was excluded while the exercise was held.
    #[serde(rename = "rta_ms")]
    pub rta: Option<Millis>,
    /// The worst verdict of its services; of a tier of units `None`, since it has no objective.
    pub verdict: Option<Verdict>,
    /// Services or units in it.
    pub members: u32,
    /// Those that are there.
    pub there: u32,
    /// Where the time of its units went.
    pub ledger: GroupLedger,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageLine {
    /// Which.
    pub stage: StageId,
    /// Its name for people.
    pub title: Text,
    /// Units in it.
    pub units: u32,
    /// Those that are ready.
    pub there: u32,
    /// Where their time went.
    pub ledger: GroupLedger,
}

/// Tiers are kept of services by priority and of units by label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Services of one priority.
    Services(u8),
    /// Units of one label.
    Units(TierName),
}

/// A unit against its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitLine {
    /// The unit.
    pub unit: UnitId,
    /// Its name for people.
    pub title: Text,
    /// Its stage.
    pub stage: StageId,
    /// Its tier label.
    pub tier: Option<TierName>,
    /// The target it addresses.
    pub on: Option<TargetName>,
    /// Where it stands.
    pub state: UnitState,
    /// Whether it counts for the recovery time.
    pub counted: bool,
    /// Its budget.
    #[serde(rename = "target_ms")]
    pub target: Option<Millis>,
    /// When its clock started.
    pub eligible_at: Option<Timestamp>,
    /// When its first step began.
    pub started_at: Option<Timestamp>,
    /// Planned time from eligible until what needs it may begin, where that is before it is ready.
    #[serde(rename = "usable_within_ms", skip_serializing_if = "Option::is_none")]
    pub usable_within: Option<Millis>,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usable_at: Option<Timestamp>,
    /// When it was ready.
    pub ready_at: Option<Timestamp>,
    /// From eligible to settled, or to the instant of the report.
    #[serde(rename = "elapsed_ms")]
    pub elapsed: Option<Millis>,
    /// Where that time went.
    pub accounts: Accounts,
    /// Time taken less the budget; negative is time to spare.
    pub variance_ms: Option<i64>,
    /// Verdict on the budget; `None` while it is open, and for a unit that is no part of the run.
    pub verdict: Option<Verdict>,
    /// How it does while it is open.
    pub live: Option<Live>,
    /// Its deadline from the origin of the clock, and the verdict on it.
    pub recover_by: Option<RecoverBy>,
    /// Attempts made of its steps, probes not counted.
    pub attempts: u32,
    /// How often its clock started: 1, and 1 more for each time it was run again after it had been done.
    pub rounds: u32,
    /// Who decided its gates.
    pub approvers: Vec<Approver>,
    /// Who did its manual work, vouched for it or skipped it, and what was said.
    pub person: Option<Person>,
    /// Planned start and end, reckoned from the start of the run.
    #[serde(rename = "planned_start_ms")]
    pub planned_start: Millis,
    /// See `planned_start`.
    #[serde(rename = "planned_end_ms")]
    pub planned_end: Millis,
    /// Planned slack.
    #[serde(rename = "planned_slack_ms")]
    pub planned_slack: Millis,
    /// Actual slack; `None` while it is not ready.
    #[serde(rename = "actual_slack_ms")]
    pub actual_slack: Option<Millis>,
    /// On the planned critical path.
    pub critical: bool,
    /// On the actual critical path.
    pub decisive: bool,
}

/// A deadline of a unit, reckoned from the origin of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RecoverBy {
    /// The deadline.
    #[serde(rename = "by_ms")]
    pub by: Millis,
    /// When it was ready.
    #[serde(rename = "after_ms")]
    pub after: Option<Millis>,
    /// The verdict on that.
    pub verdict: Option<Verdict>,
}

/// Who voted for a unit to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approver {
    /// The person.
    pub name: UserName,
    /// The same with whose delegate it was, or who entered the call.
    pub who: Text,
    /// The role that the vote counted for.
    pub role: RoleName,
}

/// Who spoke for a unit, and what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The person; `None` where the runbook itself decided.
    pub name: Option<UserName>,
    /// Evidence or reason.
    pub said: Text,
}

/// The critical path as planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedPath {
    /// Its length.
    #[serde(rename = "length_ms")]
    pub length: Millis,
    /// Its units in order.
    pub units: Vec<UnitId>,
}

/// The critical path as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActualPath {
    /// Its units in order.
    pub hops: Vec<Hop>,
    /// What they waited for consent in all.
    #[serde(rename = "decision_ms")]
    pub decision: Millis,
}

/// A unit on the actual critical path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// The unit.
    pub unit: UnitId,
    /// From when the one before let it begin, by being ready or usable, or from the declaration of the run, to its own eligibility: usually nothing;
    /// more where a person started it again.
    #[serde(rename = "gap_ms")]
    pub gap: Millis,
    /// When it was eligible.
    pub eligible_at: Option<Timestamp>,
    /// When what comes next could begin, where that was before it was ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usable_at: Option<Timestamp>,
    /// When it was ready.
    pub ready_at: Option<Timestamp>,
    /// From eligible to ready.
    #[serde(rename = "elapsed_ms")]
    pub elapsed: Option<Millis>,
    /// Of that, waiting for a free place.
    #[serde(rename = "queue_ms")]
    pub queue: Millis,
    /// Of that, waiting for consent.
    #[serde(rename = "gate_ms")]
    pub gate: Millis,
}

/// A recovery point against its objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PointLine {
    /// The service; `None` for the plan as a whole.
    pub service: Option<ServiceId>,
    /// Its objective.
    #[serde(rename = "rpo_ms")]
    pub rpo: Option<Millis>,
    /// When the last transaction was committed that is in the recovered data.
    pub point_at: Option<Timestamp>,
    /// Between the latest and the earliest of several data sets.
    #[serde(rename = "skew_ms")]
    pub skew: Option<Millis>,
    /// What was lost: from there to the event.
    #[serde(rename = "rpa_ms")]
    pub rpa: Option<Millis>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why there is no measure, or no verdict on it.
    pub why: Option<Unmeasured>,
    /// How far the loss may be wrong, where the clock of every source was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockError>,
    /// The data sets that it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_sets: Vec<super::DataSetLine>,
}
