//! Units of a run.

use std::collections::BTreeMap;

use engine::base::{Digest, RunId};
use engine::run::{Live, Purpose, UnitState, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, ManualOpen, Who};

/// A unit in the table of its run.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitLine {
    /// Its id.
    pub unit: String,
    /// Its name.
    pub title: Both,
    /// Its stage.
    pub stage: String,
    /// `pending`, `queued`, `running`, `ready`, `failed`, `unknown`, `awaiting_gate`, …
    #[schema(value_type = String)]
    pub state: UnitState,
    /// Its budget.
    pub target_ms: Option<u64>,
    /// How long it took, or has taken.
    pub elapsed_ms: Option<u64>,
    /// The verdict on the budget.
    #[schema(value_type = Option<String>)]
    pub verdict: Option<Verdict>,
    /// How it does against its budget while its clock runs.
    #[schema(value_type = Option<String>)]
    pub live: Option<Live>,
    /// When its clock started.
    #[schema(format = DateTime)]
    pub eligible_at: Option<String>,
    /// When its first step began.
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    /// When it was settled.
    #[schema(format = DateTime)]
    pub settled_at: Option<String>,
    /// Why it failed, or why its outcome can not be told.
    pub cause: Option<Both>,
    /// Its gate, while it asks.
    pub gate: Option<GateOpen>,
    /// Its manual work, while it waits for people.
    pub manual: Option<ManualOpen>,
    /// Attempts that were made.
    pub attempts: u32,
}

/// A gate that asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateOpen {
    /// What is asked.
    pub question: Both,
    /// Roles that may vote now.
    pub roles: Vec<String>,
    /// Consents needed.
    pub quorum: u32,
    /// Since when it asks.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// When it becomes overdue.
    #[schema(format = DateTime)]
    pub deadline: Option<String>,
    /// Whether it is.
    pub overdue: bool,
    /// What a vote must name: the digest of what is asked.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// Votes so far.
    pub votes: Vec<GateVote>,
}

/// A vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateVote {
    /// Who.
    pub by: Who,
    /// The role that it counts for.
    pub role: String,
    /// Yes or no.
    pub approve: bool,
    /// Said with it.
    pub comment: String,
}

/// One unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unit {
    /// As in the table.
    #[serde(flatten)]
    pub line: UnitLine,
    /// Units that it needs.
    pub needs: Vec<String>,
    /// Stages that it needs.
    pub needs_stages: Vec<String>,
    /// Where its time went, in milliseconds by account.
    pub accounts_ms: BTreeMap<String, u64>,
    /// What its steps said for those of later units.
    pub outputs: BTreeMap<String, String>,
    /// Its attempts, in order.
    pub tries: Vec<Attempt>,
}

/// An attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attempt {
    /// Its number within the run.
    pub attempt: u32,
    /// The step's name.
    pub step: Both,
    /// Its number among the attempts of the step.
    pub number: u32,
    /// `act` or `probe`.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// `succeeded`, `failed` or `unknown`; `null` while it is at work.
    pub result: Option<String>,
    /// What was seen, or why it went wrong.
    pub said: Option<Both>,
    /// The run that it called.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub called: Option<RunId>,
}

/// The kept output of an attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct Output {
    /// The attempt's number within the run.
    pub attempt: u32,
    /// The text, secrets hidden; at most 1 MiB is kept.
    pub text: String,
}
