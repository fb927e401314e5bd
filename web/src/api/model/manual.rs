//! Manual work that waits for people.

use engine::plan::{Item, Manual};
use engine::run::{ManualResult, OpenManual, Reported, Tick};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, iso};

/// Manual work that is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManualOpen {
    /// Which opening this is at its unit, from 1.
    pub opening: u32,
    /// Since when.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// What to do.
    pub instruction: Both,
    /// What must be seen afterwards.
    pub expected: Option<Both>,
    /// A command to copy; the engine never executes it.
    pub copy: Option<String>,
    /// Roles that it is for; none named: whoever repairs units.
    pub roles: Vec<String>,
    /// Who does it.
    pub holder: Option<String>,
    /// Who assigned it to the holder.
    pub assigned_by: Option<String>,
    /// The least length of the text of evidence; 0: none is asked for.
    pub text_at_least: u32,
    /// Files and pictures asked for, at least.
    pub files_at_least: u32,
    /// Whether one of them must be a picture.
    pub photo: bool,
    /// The number that is read off.
    pub measure: Option<MeasureWanted>,
    /// What is gone through, in order.
    pub checklist: Vec<ItemLine>,
    /// Names of the files that were handed in; `GET …/evidence` tells more of them.
    pub files: Vec<String>,
    /// Whether it may be said not to apply.
    pub may_not_apply: bool,
    /// Whether another person must look at it.
    pub second_checker: bool,
    /// What was reported and waits for that person.
    pub reported: Option<ReportedWork>,
    /// Why the last report was sent back.
    pub sent_back: Option<SentBack>,
}

/// A number that is read off.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureWanted {
    /// Its unit.
    pub unit: Both,
    /// The least that is good.
    pub min: Option<String>,
    /// The most that is good.
    pub max: Option<String>,
    /// Whether the work can not be confirmed without it.
    pub required: bool,
}

/// An item of a checklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemLine {
    /// What is looked at.
    pub title: Both,
    /// Whether the work counts as done although this fails.
    pub may_fail: bool,
    /// The last word on it: `done`, `failed` or `not_applicable`.
    #[schema(value_type = Option<String>)]
    pub result: Option<ManualResult>,
    /// Whose.
    pub by: Option<String>,
    /// Said with it.
    pub note: Option<String>,
}

/// What was reported of manual work.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedWork {
    /// By whom.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// `done`, `failed` or `not_applicable`.
    #[schema(value_type = String)]
    pub result: ManualResult,
    /// What shows it.
    pub evidence: String,
    /// The number that was read off.
    pub measure: Option<String>,
}

/// A report that was sent back.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentBack {
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

impl ManualOpen {
    /// What a step asks for and what was said to it so far.
    pub fn of(manual: &Manual, open: &OpenManual) -> Self {
        let items = (0_u16..).zip(&manual.checklist).map(|(place, item)| ItemLine::of(item, open.ticks.get(&place)));
        let asks = manual.evidence;
        Self {
            opening: open.opening,
            opened_at: iso(open.opened_at),
            instruction: Both::of(&manual.instruction),
            expected: manual.expected.as_ref().map(Both::of),
            copy: manual.copy.clone(),
            roles: manual.roles.iter().map(ToString::to_string).collect(),
            holder: open.holder.as_ref().map(ToString::to_string),
            assigned_by: open.assigned_by.as_ref().map(ToString::to_string),
            text_at_least: asks.text,
            files_at_least: asks.files.max(u32::from(asks.file || asks.photo)),
            photo: asks.photo,
            measure: manual.measure.as_ref().map(|measure| MeasureWanted {
                unit: Both::of(&measure.unit),
                min: measure.min.as_ref().map(ToString::to_string),
                max: measure.max.as_ref().map(ToString::to_string),
                required: measure.required,
            }),
            checklist: items.collect(),
            files: open.files.iter().map(|handed| handed.file.name.as_str().to_owned()).collect(),
            may_not_apply: manual.may_not_apply,
            second_checker: manual.second_checker.is_some(),
            reported: open.reported.as_ref().map(ReportedWork::of),
            sent_back: open.sent_back.as_ref().map(|(by, why)| SentBack { by: by.to_string(), why: why.clone() }),
        }
    }
}

impl ItemLine {
    fn of(item: &Item, tick: Option<&Tick>) -> Self {
        Self {
            title: Both::of(&item.title),
            may_fail: item.may_fail,
            result: tick.map(|tick| tick.result),
            by: tick.map(|tick| tick.by.to_string()),
            note: tick.map(|tick| tick.note.clone()),
        }
    }
}

impl ReportedWork {
    fn of(reported: &Reported) -> Self {
        Self {
            by: reported.by.name.to_string(),
            at: iso(reported.at),
            result: reported.result,
            evidence: reported.evidence.clone(),
            measure: reported.measure.as_ref().map(ToString::to_string),
        }
    }
}
