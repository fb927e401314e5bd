//! What of a runbook was gone through, and when.

use engine::review::{Coverage, Covered, Last};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode, iso};

/// The coverage map of a runbook as it is now. Facts alone: no score is made of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageMap {
    /// The runbook.
    pub runbook: String,
    /// Its units, in the order written.
    pub units: Vec<CoveredPart>,
    /// The branches of its decisions, each of a unit.
    pub branches: Vec<CoveredPart>,
    /// Roles that may vote at its gates, each of a unit.
    pub approvers: Vec<CoveredPart>,
    /// People who stood in for others at its gates, each of who was stood in for.
    pub deputies: Vec<CoveredPart>,
    /// People who voted or worked in its runs.
    pub people: Vec<CoveredPart>,
}

/// A part, and when it was last gone through.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoveredPart {
    /// Which.
    pub part: String,
    /// Of what, where it is a part of something.
    pub of: Option<String>,
    /// Its name for people.
    pub title: Both,
    /// A role that may vote only once the gate is escalated.
    pub deputy: bool,
    /// In a run that did real work.
    pub done: Option<LastTime>,
    /// In one that did, and it passed.
    pub passed: Option<LastTime>,
    /// In a mock run.
    pub played: Option<LastTime>,
    /// The runbook says something else of it than the last time that real work was done, or the inventory of its hosts; `null`
    /// where that was never, and where it is about people.
    pub changed: Option<bool>,
}

/// The last time.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastTime {
    /// When the run was over.
    #[schema(format = DateTime)]
    pub at: String,
    /// The run.
    #[schema(format = "uuid")]
    pub run: String,
    /// Its mode.
    pub mode: Mode,
    /// By whom.
    pub by: Vec<String>,
}

fn last(last: &Last) -> LastTime {
    LastTime {
        at: iso(last.at),
        run: last.run.to_string(),
        mode: last.mode.into(),
        by: last.by.iter().map(ToString::to_string).collect(),
    }
}

fn part<T>(covered: &Covered<T>, (part, of): (String, Option<String>)) -> CoveredPart {
    CoveredPart {
        part,
        of,
        title: Both::of(&covered.title),
        deputy: covered.deputy,
        done: covered.track.done.as_ref().map(last),
        passed: covered.track.passed.as_ref().map(last),
        played: covered.track.played.as_ref().map(last),
        changed: covered.changed,
    }
}

impl CoverageMap {
    /// As it is told.
    pub fn of(runbook: &engine::base::RunbookId, map: &Coverage) -> Self {
        let alone = |what: &dyn ToString| (what.to_string(), None);
        let within = |what: &dyn ToString, of: &dyn ToString| (what.to_string(), Some(of.to_string()));
        Self {
            runbook: runbook.to_string(),
            units: map.units.iter().map(|it| part(it, alone(&it.what))).collect(),
            branches: map.branches.iter().map(|it| part(it, within(&it.what.1, &it.what.0))).collect(),
            approvers: map.approvers.iter().map(|it| part(it, within(&it.what.1, &it.what.0))).collect(),
            deputies: map.deputies.iter().map(|it| part(it, within(&it.what.0, &it.what.1))).collect(),
            people: map.people.iter().map(|it| part(it, alone(&it.what))).collect(),
        }
    }
}
