//! What of a runbook was last gone through, when, by whom and in which mode. A fold of all its runs that are over, grown by
//! each of them; the order in which they come changes nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{RunFacts, UnitFacts};
use crate::base::{BranchName, Digest, RoleName, RunId, RunbookId, Timestamp, UnitId, UserName};
use crate::plan::Mode;
use crate::store::Kept;

/// The last time that something was gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When the run was over.
    pub at: Timestamp,
    /// The run.
    pub run: RunId,
    /// Its mode.
    pub mode: Mode,
    /// By whom: who voted or did the work, or who declared the run where the runbook did it all by itself.
    pub by: Vec<UserName>,
    /// What the plan said of the unit then.
    pub digest: Digest,
    /// What the inventory said of its hosts then, where it led to any and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<Digest>,
}

/// When something was last gone through. What was only played is kept apart: it shows that people know their parts, not that
/// anything works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Track {
    /// In a run that did real work.
    pub done: Option<Last>,
    /// In one that did, and it passed.
    pub passed: Option<Last>,
    /// In a mock run.
    pub played: Option<Last>,
}

impl Track {
    fn add(&mut self, last: &Last, passed: bool) {
        let newer =
            |known: &Option<Last>| known.as_ref().is_none_or(|known| (known.at, known.run) < (last.at, last.run));
        if last.mode == Mode::Mock {
            if newer(&self.played) {
                self.played = Some(last.clone());
            }
            return;
        }
        if newer(&self.done) {
            self.done = Some(last.clone());
        }
        if passed && newer(&self.passed) {
            self.passed = Some(last.clone());
        }
    }
}

/// What of a runbook was ever gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsed {
    /// The runbook.
    pub runbook: RunbookId,
    /// Its units.
    pub units: BTreeMap<UnitId, Track>,
    /// The branches of its decisions.
    pub branches: BTreeMap<UnitId, BTreeMap<BranchName, Track>>,
    /// Roles that voted at its gates.
    pub approvers: BTreeMap<UnitId, BTreeMap<RoleName, Track>>,
    /// People who voted or worked in its runs.
    pub people: BTreeMap<UserName, Track>,
    /// People who voted in another's name: who stood in, then for whom.
    pub deputies: BTreeMap<UserName, BTreeMap<UserName, Track>>,
}

impl Rehearsed {
    /// Of a runbook that never ran.
    pub const fn new(runbook: RunbookId) -> Self {
        Self {
            runbook,
            units: BTreeMap::new(),
            branches: BTreeMap::new(),
            approvers: BTreeMap::new(),
            people: BTreeMap::new(),
            deputies: BTreeMap::new(),
        }
    }

    /// Takes a run in.
    pub fn add(&mut self, facts: &RunFacts, units: &[UnitFacts]) {
        for unit in units.iter().filter(|unit| unit.rehearsed()) {
            let last = |by: Vec<UserName>| Last {
                at: facts.ended_at,
                run: facts.run,
                mode: facts.mode,
                by,
                digest: unit.digest,
                hosts: unit.hosts,
            };
            let mut hands: Vec<UserName> = unit.votes.iter().map(|vote| vote.name.clone()).collect();
            hands.extend(unit.person.clone());
            hands.sort();
            hands.dedup();
            let by = if hands.is_empty() { vec![facts.requester.clone()] } else { hands.clone() };
            let passed = unit.passed();
            self.units.entry(unit.unit.clone()).or_default().add(&last(by.clone()), passed);
            for branch in &unit.branches {
                let branches = self.branches.entry(unit.unit.clone()).or_default();
                branches.entry(branch.clone()).or_default().add(&last(by.clone()), passed);
            }
            for vote in &unit.votes {
                let own = last(vec![vote.name.clone()]);
                let roles = self.approvers.entry(unit.unit.clone()).or_default();
                roles.entry(vote.role.clone()).or_default().add(&own, passed);
                if let Some(from) = &vote.on_behalf_of {
                    let stood_in = self.deputies.entry(vote.name.clone()).or_default();
                    stood_in.entry(from.clone()).or_default().add(&own, passed);
                }
            }
            for name in hands {
                self.people.entry(name.clone()).or_default().add(&last(vec![name]), passed);
            }
        }
    }
}

impl Kept for Rehearsed {
    const KIND: &'static str = "rehearsed";

    fn id(&self) -> String {
        self.runbook.to_string()
    }
}
