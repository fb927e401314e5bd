//! The drill calendar.

use engine::base::RunId;
use engine::review::{Planned, Standing};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode};

/// What is owed and what is planned.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calendar {
    /// Duties, those that are due first in front.
    pub duties: Vec<DutyLine>,
    /// Planned drills, in order of their days.
    pub planned: Vec<PlannedLine>,
}

/// A duty.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyLine {
    /// Its id in its profile.
    pub duty: String,
    /// Its name.
    pub title: Both,
    /// The profile.
    pub profile: Both,
    /// The clause that asks for it.
    pub clause: String,
    /// Where in the organisation; everywhere where `null`.
    pub organisation: Option<String>,
    /// At most so many months lie between two.
    pub months: u16,
    /// The day on which it was held last.
    #[schema(format = Date)]
    pub last: Option<String>,
    /// The run that shows it; `null` where somebody wrote it down.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub run: Option<RunId>,
    /// The day by which it is to be held.
    #[schema(format = Date)]
    pub due: String,
    /// That day is over.
    pub overdue: bool,
}

impl DutyLine {
    /// Of a duty.
    pub fn of(standing: &Standing) -> Self {
        Self {
            duty: standing.duty.duty.clone(),
            title: Both::of(&standing.duty.title),
            profile: Both::of(&standing.profile),
            clause: standing.duty.clause.clone(),
            organisation: standing.organisation.as_ref().map(ToString::to_string),
            months: standing.duty.months,
            last: standing.last.as_ref().map(|last| last.day.to_string()),
            run: standing.last.as_ref().and_then(|last| last.run),
            due: standing.due.to_string(),
            overdue: standing.overdue,
        }
    }
}

/// A planned drill.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedLine {
    /// The day.
    #[schema(format = Date)]
    pub day: String,
    /// The runbook.
    pub runbook: String,
    /// Its mode.
    pub mode: Mode,
    /// What else is to be known.
    pub note: String,
    /// Who planned it.
    pub by: String,
}

impl PlannedLine {
    /// Of a planned drill.
    pub fn of(drill: &Planned) -> Self {
        Self {
            day: drill.day.to_string(),
            runbook: drill.runbook.to_string(),
            mode: drill.mode.into(),
            note: drill.note.clone(),
            by: drill.by.to_string(),
        }
    }
}
