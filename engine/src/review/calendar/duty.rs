//! Which drills are owed: adopted profiles, what was held, and what is planned.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::profile::{Duty, Profile};
use crate::base::{Day, OrgId, RunId, RunbookId, Text, Timestamp, UserName, reaches};
use crate::plan::Mode;
use crate::review::facts::RunFacts;
use crate::run::RunStatus;
use crate::store::{Error, Kept, Query, Records, list};

/// A profile that somebody adopted for a part of the organisation: as it was then, so that a changed file changes no duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The profile.
    pub profile: Profile,
    /// For which part; `None`: all of it.
    pub organisation: Option<OrgId>,
    /// Since when its duties are reckoned.
    pub since: Day,
    /// Who adopted it.
    pub by: UserName,
    /// When.
    pub at: Timestamp,
}

impl Adoption {
    /// Its id: one profile is adopted once a place.
    pub fn key(organisation: Option<&OrgId>, profile: &str) -> String {
        format!("{}:{profile}", organisation.map_or_else(String::new, ToString::to_string))
    }

    /// Whether something at a place falls under it.
    pub fn covers(&self, organisation: Option<&OrgId>) -> bool {
        reaches(self.organisation.as_ref(), organisation)
    }
}

impl Kept for Adoption {
    const KIND: &'static str = "profile-adopted";

    fn id(&self) -> String {
        Self::key(self.organisation.as_ref(), &self.profile.profile)
    }
}

/// Something that was held without a run of Relight, in the words of who saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Made by the asker: sent twice it is one.
    pub id: Uuid,
    /// The adoption.
    pub adoption: String,
    /// The duty.
    pub duty: String,
    /// When it was held.
    pub day: Day,
    /// What shows it.
    pub evidence: String,
    /// Who wrote it down.
    pub by: UserName,
    /// When.
    pub at: Timestamp,
}

impl Kept for Held {
    const KIND: &'static str = "drill-held";

    fn id(&self) -> String {
        self.id.to_string()
    }
}

/// A drill that is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Made by the asker.
    pub id: Uuid,
    /// When.
    pub day: Day,
    /// The runbook.
    pub runbook: RunbookId,
    /// Its mode.
    pub mode: Mode,
    /// Where in the organisation.
    pub organisation: Option<OrgId>,
    /// What else is to be known.
    pub note: String,
    /// Who planned it.
    pub by: UserName,
    /// When.
    pub at: Timestamp,
}

impl Kept for Planned {
    const KIND: &'static str = "drill-planned";

    /// Sorts by the day.
    fn id(&self) -> String {
        format!("{}/{}", self.day, self.id)
    }
}

/// How a duty stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The adoption, by its id.
    pub adoption: String,
    /// The profile's name.
    pub profile: Text,
    /// Where.
    pub organisation: Option<OrgId>,
    /// The duty.
    pub duty: Duty,
    /// When it was held last.
    pub last: Option<Last>,
    /// The day by which it is to be held.
    pub due: Day,
    /// That day is over.
    pub overdue: bool,
}

/// When a duty was fulfilled last, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// The day.
    pub day: Day,
    /// The run; `None`: somebody wrote it down.
    pub run: Option<RunId>,
    /// What shows it, where there is no run.
    pub evidence: String,
}

/// How all duties stand, those that are due first in front. A run that was aborted fulfils none, and neither does a mock run.
pub fn standings(adoptions: &[Adoption], runs: &[RunFacts], held: &[Held], today: Day) -> Vec<Standing> {
    let mut all = Vec::new();
    for adoption in adoptions {
        let id = adoption.id();
        for duty in &adoption.profile.duties {
            let counts = |facts: &&RunFacts| {
                facts.status == RunStatus::Completed
                    && facts.called_by.is_none()
                    && facts.mode != Mode::Mock
                    && duty.modes.contains(&facts.mode)
                    && adoption.covers(facts.organisation.as_ref())
            };
            let run = runs.iter().filter(counts).max_by_key(|facts| facts.ended_at).map(|facts| Last {
                day: Day::in_seoul(facts.ended_at),
                run: Some(facts.run),
                evidence: String::new(),
            });
            let told = held.iter().filter(|held| held.adoption == id && held.duty == duty.duty);
            let told = told.max_by_key(|held| held.day).map(|held| Last {
                day: held.day,
                run: None,
                evidence: held.evidence.clone(),
            });
            let last = run.into_iter().chain(told).max_by_key(|last| last.day);
            let due = last.as_ref().map_or(adoption.since, |last| last.day).plus_months(duty.months);
            all.push(Standing {
                adoption: id.clone(),
                profile: adoption.profile.title.clone(),
                organisation: adoption.organisation.clone(),
                duty: duty.clone(),
                last,
                due,
                overdue: due < today,
            });
        }
    }
    all.sort_by(|left, right| {
        (left.due, &left.adoption, &left.duty.duty).cmp(&(right.due, &right.adoption, &right.duty.duty))
    });
    all
}

/// All adopted profiles.
pub async fn adoptions(store: &(impl Records + ?Sized)) -> Result<Vec<Adoption>, Error> {
    Ok(list::<Adoption>(store, Query::default()).await?.into_iter().map(|found| found.value).collect())
}

/// What was written down as held, newest first.
pub async fn held(store: &(impl Records + ?Sized)) -> Result<Vec<Held>, Error> {
    let query = Query { newest_first: true, ..Query::default() };
    Ok(list::<Held>(store, query).await?.into_iter().map(|found| found.value).collect())
}

/// Planned drills from a day on, in order of their days.
pub async fn planned(store: &(impl Records + ?Sized), from: Day) -> Result<Vec<Planned>, Error> {
    let query = Query { after: Some(from.to_string()), ..Query::default() };
    Ok(list::<Planned>(store, query).await?.into_iter().map(|found| found.value).collect())
}

/// The latest planned drills before a day.
pub async fn was_planned(store: &(impl Records + ?Sized), before: Day, limit: u32) -> Result<Vec<Planned>, Error> {
    let query = Query { after: Some(before.to_string()), newest_first: true, limit, ..Query::default() };
    Ok(list::<Planned>(store, query).await?.into_iter().map(|found| found.value).collect())
}
