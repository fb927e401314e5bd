//! What waits for the caller: gates and manual work of all runs.

use engine::base::RunId;
use engine::run::Wanted;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode, iso};
use crate::handlers::approvals::Waiting;
use crate::handlers::tasks::Due;

/// Gates that wait for a vote of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Approvals {
    /// The most urgent first.
    pub gates: Vec<WaitingGate>,
    /// What to give as `from` for the next page; `null` where this is the last one.
    pub next: Option<usize>,
}

/// A gate that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingGate {
    /// The run.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// Its name.
    pub run_title: Both,
    /// Its mode.
    pub mode: Mode,
    /// The unit whose gate it is.
    pub unit: String,
    /// The unit's name.
    pub title: Both,
    /// What is asked.
    pub question: Both,
    /// The role that the vote would count for.
    pub role: String,
    /// In whose place the caller would vote; `null`: in the own name.
    #[serde(rename = "for")]
    pub stands_for: Option<String>,
    /// Since when it asks.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// When it is overdue.
    #[schema(format = DateTime)]
    pub deadline: Option<String>,
    /// Approvals so far.
    pub approvals: u32,
    /// Approvals needed.
    pub quorum: u32,
    /// Time until it moves the run's recovery beyond its objective, negative once it does; `null` where it has no say in that.
    pub room_ms: Option<i64>,
}

impl WaitingGate {
    /// A gate with the time that is left for it.
    pub fn of((room, waiting): &(Option<i64>, Waiting)) -> Self {
        let (gate, summary) = (&waiting.gate, &waiting.summary);
        Self {
            run: waiting.run,
            run_title: Both::of(&summary.title),
            mode: summary.mode.into(),
            unit: gate.unit.to_string(),
            title: Both::of(&gate.title),
            question: Both::of(&gate.question),
            role: waiting.role.to_string(),
            stands_for: waiting.stands_for.as_ref().map(ToString::to_string),
            opened_at: iso(gate.opened_at),
            deadline: gate.deadline.map(iso),
            approvals: gate.approvals,
            quorum: gate.quorum,
            room_ms: *room,
        }
    }
}

/// Manual work that waits for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tasks {
    /// The most urgent first.
    pub tasks: Vec<WaitingTask>,
    /// What to give as `from` for the next page; `null` where this is the last one.
    pub next: Option<usize>,
}

/// Manual work that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingTask {
    /// The run.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// Its name.
    pub run_title: Both,
    /// Its mode.
    pub mode: Mode,
    /// The unit.
    pub unit: String,
    /// The unit's name.
    pub title: Both,
    /// `work`, or `check` of what another person has reported.
    pub wants: &'static str,
    /// Who does it: the caller, or nobody yet. Of a check: who reported it.
    pub holder: Option<String>,
    /// Who assigned it to the caller.
    pub assigned_by: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// Time until it moves the run's recovery beyond its objective, negative once it does; `null` where it has no say in that.
    pub room_ms: Option<i64>,
}

impl WaitingTask {
    /// Manual work with the time that is left for it.
    pub fn of(due: &Due) -> Self {
        let (task, summary) = (&due.task, &due.summary);
        let (wants, holder, assigned_by) = match &task.wants {
            Wanted::Work { holder, assigned_by, .. } => ("work", holder.as_ref(), assigned_by.as_ref()),
            Wanted::Check { by, .. } => ("check", Some(by), None),
        };
        Self {
            run: due.run,
            run_title: Both::of(&summary.title),
            mode: summary.mode.into(),
            unit: task.unit.to_string(),
            title: Both::of(&task.title),
            wants,
            holder: holder.map(ToString::to_string),
            assigned_by: assigned_by.map(ToString::to_string),
            opened_at: iso(task.opened_at),
            room_ms: due.room,
        }
    }
}
