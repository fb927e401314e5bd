//! Runs and their events.

use std::collections::BTreeMap;

use engine::base::{Digest, RunId, RunbookId, UserName};
use engine::run::{Live, RunStatus, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode, UnitLine};

/// Runs, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunList {
    /// One page of them.
    pub runs: Vec<RunLine>,
    /// What to give as `before` for the next page; `null` where this is the last one.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub next: Option<RunId>,
}

/// A run in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunLine {
    /// Its id. Ids sort by the time of declaration.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// The place of its last event.
    pub seq: u64,
    /// The runbook.
    #[schema(value_type = String)]
    pub runbook: RunbookId,
    /// The runbook's name.
    pub title: Both,
    /// The organisation that it belongs to; `null` is the top of the tree.
    pub organisation: Option<String>,
    /// How it touches the world.
    pub mode: Mode,
    /// `declared`, `running`, `waiting`, `paused`, `failed`, `aborting`, `completed` or `aborted`.
    #[schema(value_type = String)]
    pub status: RunStatus,
    /// `met`, `exceeded`, `not_recovered`, `not_measured` or `simulated`; `null` while it is open.
    #[schema(value_type = Option<String>)]
    pub verdict: Option<Verdict>,
    /// Who declared it.
    #[schema(value_type = String)]
    pub requester: UserName,
    /// When it was declared.
    #[schema(format = DateTime)]
    pub declared_at: String,
    /// When it was over.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Recovery time, once it is recovered.
    pub rta_ms: Option<u64>,
    /// The objective.
    pub rto_ms: Option<u64>,
    /// Units done.
    pub done: u32,
    /// Units in all.
    pub units: u32,
}

/// One run: where it stands at the event with the place `seq`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Run {
    /// As in lists.
    #[serde(flatten)]
    pub line: RunLine,
    /// The digest of its frozen plan.
    #[schema(value_type = String)]
    pub plan_digest: Digest,
    /// Who declared it, with the roles held then.
    pub declared_by: Who,
    /// Why.
    pub reason: String,
    /// The unit that called it, where no person declared it.
    pub called_by: Option<CalledBy>,
    /// Values given at declaration; `null` for secrets.
    pub inputs: BTreeMap<String, Option<String>>,
    /// The instant of forecast and of times that still run.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Since when the store has not been readable; all of this is that old.
    #[schema(format = DateTime)]
    pub stale_since: Option<String>,
    /// Milestones with their corrections, as recorded.
    pub marks: Vec<MarkSet>,
    /// The recovery of the whole.
    pub recovery: Recovery,
    /// The services.
    pub services: Vec<ServiceRecovery>,
    /// The units, in the order written.
    pub unit_lines: Vec<UnitLine>,
}

/// A person or program that acted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Who {
    /// The name.
    pub name: String,
    /// Roles held at that moment.
    pub roles: Vec<String>,
}

/// What called a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalledBy {
    /// The run.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// Its unit.
    pub unit: String,
}

/// A milestone as it was set.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkSet {
    /// Which: `event`, `detect`, `declare`, `start`, `verified`, `resume`, …
    #[schema(value_type = String)]
    pub mark: engine::plan::MarkKind,
    /// The instant that it was set to.
    #[schema(format = DateTime)]
    pub at: String,
    /// When that was recorded.
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// Who set it; `null` when a step or the engine did.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
}

/// A recovery against its objective.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recovery {
    /// From where it is reckoned.
    #[schema(format = DateTime)]
    pub origin_at: Option<String>,
    /// When it was recovered.
    #[schema(format = DateTime)]
    pub recovered_at: Option<String>,
    /// Recovery time.
    pub rta_ms: Option<u64>,
    /// The objective.
    pub rto_ms: Option<u64>,
    /// The verdict; `null` while it is open.
    #[schema(value_type = Option<String>)]
    pub verdict: Option<Verdict>,
    /// `on_track`, `at_risk` or `breached` while it is open.
    #[schema(value_type = Option<String>)]
    pub live: Option<Live>,
    /// When it is expected to be recovered; `null` when it is, or is over.
    #[schema(format = DateTime)]
    pub forecast_at: Option<String>,
}

/// The recovery of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceRecovery {
    /// The service.
    pub service: String,
    /// Its name.
    pub title: Both,
    /// How it does.
    pub recovery: Recovery,
}

/// Events of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    /// In order.
    pub events: Vec<Event>,
    /// What to give as `after` for those that follow.
    pub next: u64,
}

/// A row of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Event {
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// When it was recorded.
    #[schema(format = DateTime)]
    pub at: String,
    /// What happened; its member `event` names the kind.
    #[schema(value_type = Object)]
    pub event: serde_json::Value,
    /// SHA-256 that binds it to the row before.
    #[schema(value_type = String)]
    pub hash: Digest,
}
