//! Cases as they are shown.

use engine::base::{CaseClass, CaseId, FacilityScope, RunId, Timestamp, UserName};
use engine::cases::{Card, Ending, Entry, Grading, Loaded, Missing, Phase, missing};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode, iso};

/// One page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseList {
    /// The cases, newest first.
    pub cases: Vec<CaseLine>,
    /// What to give as `before` for the next page; `null` where this is the last one. Open cases come on one page.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub next: Option<CaseId>,
}

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLine {
    /// Its id. Ids sort by the time of opening.
    #[schema(value_type = String, format = "uuid")]
    pub case: CaseId,
    /// Place of the last entry of its log.
    pub seq: u64,
    /// What happened.
    pub what: String,
    /// What kind of thing.
    #[schema(value_type = String)]
    pub class: CaseClass,
    /// Whether it is real or an exercise.
    pub mode: Mode,
    /// Where in the organisation; everywhere where `null`.
    pub organisation: Option<String>,
    /// How much of the facility is hit.
    #[schema(value_type = Option<String>)]
    pub scope: Option<FacilityScope>,
    /// Where it stands: `assessing`, `declared`, `failing_over`, `running_on_dr`, `failing_back` or `normal`.
    #[schema(value_type = String)]
    pub phase: Phase,
    /// When it happened.
    #[schema(format = DateTime)]
    pub event_at: String,
    /// When it was opened.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// How it ended: `stood_down` or `closed`; `null` while it is open.
    #[schema(value_type = Option<String>)]
    pub ending: Option<Ending>,
    /// When.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Who commands.
    #[schema(value_type = Option<String>)]
    pub commander: Option<UserName>,
    /// Its runs.
    #[schema(value_type = Vec<String>)]
    pub runs: Vec<RunId>,
}

impl CaseLine {
    /// Of the card of a case.
    pub fn of(card: &Card) -> Self {
        Self {
            case: card.case,
            seq: card.seq,
            what: card.what.clone(),
            class: card.class,
            mode: card.mode.into(),
            organisation: card.organisation.as_ref().map(ToString::to_string),
            scope: card.scope,
            phase: card.phase,
            event_at: iso(card.event_at),
            opened_at: iso(card.opened_at),
            ending: card.ended.map(|(ending, _)| ending),
            ended_at: card.ended.map(|(_, at)| iso(at)),
            commander: card.commander.clone(),
            runs: card.runs.iter().map(|linked| linked.run).collect(),
        }
    }
}

/// How grave a case is, as reckoned at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseGrade {
    /// Length of the outage so far, in milliseconds.
    pub outage_ms: u64,
    /// By service.
    pub service: Option<u8>,
    /// By facility.
    pub facility: Option<u8>,
    /// The graver of both.
    pub reckoned: Option<u8>,
    /// The one that holds: set by a person, or the reckoned one.
    pub holds: Option<u8>,
}

impl From<Grading> for CaseGrade {
    fn from(grading: Grading) -> Self {
        let number = |grade: Option<engine::cases::Grade>| grade.map(engine::cases::Grade::number);
        Self {
            outage_ms: grading.outage.0,
            service: number(grading.service),
            facility: number(grading.facility),
            reckoned: number(grading.computed),
            holds: number(grading.holds),
        }
    }
}

/// A case with its whole log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Case {
    /// As in lists.
    #[serde(flatten)]
    pub line: CaseLine,
    /// How grave it is now.
    pub grade: CaseGrade,
    /// What keeps it from being closed now.
    pub missing: Vec<Both>,
    /// Everything that was written down, in order.
    pub log: Vec<CaseEntry>,
}

impl Case {
    /// Of a case that was read; `beside` is what keeps it open and does not stand in its log.
    pub fn of(loaded: &Loaded, beside: Vec<Missing>, now: Timestamp) -> Self {
        let missing: Vec<Missing> = missing(&loaded.state).into_iter().chain(beside).collect();
        Self {
            line: CaseLine::of(&Card::of(&loaded.state)),
            grade: loaded.state.grading(now).into(),
            missing: missing.iter().map(|one| Both::of(&engine::base::Bilingual::text(one))).collect(),
            log: loaded.entries.iter().map(CaseEntry::of).collect(),
        }
    }
}

/// One line of the situation log.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseEntry {
    /// Place in the log, from 1.
    pub seq: u64,
    /// When it was written down.
    #[schema(format = DateTime)]
    pub entered_at: String,
    /// When it happened.
    #[schema(format = DateTime)]
    pub occurred_at: String,
    /// Who wrote it; `null` where the engine did.
    pub by: Option<String>,
    /// What, as the log has it: the member `event` names its kind.
    #[schema(value_type = Object)]
    pub fact: engine::cases::Event,
}

impl CaseEntry {
    fn of(entry: &Entry) -> Self {
        Self {
            seq: entry.seq,
            entered_at: iso(entry.entered_at),
            occurred_at: iso(entry.occurred_at),
            by: entry.by.as_ref().map(|by| by.name.to_string()),
            fact: entry.event.clone(),
        }
    }
}

/// A case that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseOpened {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub case: CaseId,
    /// Where it is.
    pub url: String,
}

/// Where a case stands behind what was asked of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseStands {
    /// The case.
    #[schema(value_type = String, format = "uuid")]
    pub case: CaseId,
    /// Place of the last entry of its log.
    pub seq: u64,
    /// Where it stands.
    #[schema(value_type = String)]
    pub phase: Phase,
}
