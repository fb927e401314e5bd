//! The drill calendar.

use engine::base::{Millis, RunId, UnitId};
use engine::review::{Adoption, Base, Planned, Standing};
use engine::store::Kept as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::case_ask::flat;
use super::{Both, Mode};
use crate::extract::Fields;

/// What is owed and what is planned.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calendar {
    /// Profiles that hold.
    pub adoptions: Vec<AdoptionLine>,
    /// Duties, those that are due first in front.
    pub duties: Vec<DutyLine>,
    /// Planned drills, in order of their days.
    pub planned: Vec<PlannedLine>,
    /// The last ones whose days are over.
    pub past: Vec<PlannedLine>,
}

/// A profile that holds somewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdoptionLine {
    /// What it is named by in what is asked of the calendar.
    pub adoption: String,
    /// The profile.
    pub profile: Both,
    /// Where in the organisation; everywhere where `null`.
    pub organisation: Option<String>,
}

impl AdoptionLine {
    /// Of an adoption.
    pub fn of(adoption: &Adoption) -> Self {
        Self {
            adoption: adoption.id(),
            profile: Both::of(&adoption.profile.title),
            organisation: adoption.organisation.as_ref().map(ToString::to_string),
        }
    }
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
    /// What it is cancelled by.
    pub drill: String,
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
            drill: drill.id(),
            day: drill.day.to_string(),
            runbook: drill.runbook.to_string(),
            mode: drill.mode.into(),
            note: drill.note.clone(),
            by: drill.by.to_string(),
        }
    }
}

/// Something that is asked of the calendar.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum CalendarAct {
    /// A profile is to hold.
    Adopt {
        /// Its id in the catalogue.
        #[schema(max_length = 64)]
        profile: String,
        /// Where; everywhere where absent.
        #[schema(max_length = 200)]
        organisation: Option<String>,
    },
    /// A profile is to hold no more.
    Abandon {
        /// Which.
        #[schema(max_length = 300)]
        adoption: String,
    },
    /// A duty was held without a run that shows it.
    Hold {
        /// The profile that asks for it.
        #[schema(max_length = 300)]
        adoption: String,
        /// Its id there.
        #[schema(max_length = 64)]
        duty: String,
        /// On which day.
        #[schema(format = Date)]
        day: String,
        /// What shows it.
        #[schema(min_length = 1, max_length = 4000)]
        evidence: String,
    },
    /// A drill is planned.
    Plan {
        /// Its runbook.
        #[schema(max_length = 64)]
        runbook: String,
        /// The day.
        #[schema(format = Date)]
        day: String,
        /// Its mode.
        #[schema(max_length = 16)]
        mode: String,
        /// What else is to be known.
        #[serde(default)]
        #[schema(max_length = 4000)]
        note: String,
    },
    /// A planned drill will not be.
    Cancel {
        /// Which.
        #[schema(max_length = 200)]
        drill: String,
    },
}

impl CalendarAct {
    /// As the console's forms send it, for something that is made by this key.
    pub fn fields(&self, key: Uuid) -> Fields {
        let mut fields = flat(self);
        fields.push(("key".to_owned(), key.to_string()));
        Fields(fields)
    }
}

/// What a runbook is to be measured against.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum NameBaseline {
    /// One of its runs.
    Run {
        /// Which.
        #[schema(value_type = String, format = "uuid")]
        run: RunId,
    },
    /// What it took by hand.
    Stated {
        /// How long, in milliseconds.
        rta_ms: u64,
        /// How many people.
        people: u32,
        /// Where that is known from.
        #[schema(min_length = 1, max_length = 1000)]
        source: String,
    },
}

impl NameBaseline {
    /// As it is kept.
    pub fn base(&self) -> Base {
        match self {
            Self::Run { run } => Base::Run { run: *run },
            Self::Stated { rta_ms, people, source } => {
                Base::Stated { rta: Millis(*rta_ms), people: *people, source: source.trim().to_owned() }
            }
        }
    }
}

/// A baseline was named.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaselineNamed {
    /// Of this runbook.
    pub runbook: String,
}

/// Why a unit took more or less time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitNote {
    /// The earlier run.
    #[schema(value_type = String, format = "uuid")]
    pub then: RunId,
    /// The later one.
    #[schema(value_type = String, format = "uuid")]
    pub now: RunId,
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// Why.
    #[schema(max_length = 4000)]
    pub note: String,
}

/// A note was written down.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteKept {
    /// Of this unit.
    pub unit: String,
}
