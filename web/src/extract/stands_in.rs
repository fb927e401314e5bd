//! Those whom a person stands in for.

use engine::base::{OrgId, RunbookId, Timestamp};
use engine::identity::{Mandate, User, acts};
use engine::plan::Mode;
use engine::run::Delegation;

use crate::board::Mandates;

/// Those whom a person stands in for at an instant.
#[derive(Debug, Clone, Default)]
pub struct StandsIn {
    at: Timestamp,
    all: Mandates,
}

impl StandsIn {
    /// What was given to `deputy`, as of an instant. Who only looks on stands in for nobody, whatever was given.
    pub fn of(deputy: &User, all: Mandates, at: Timestamp) -> Self {
        Self { at, all: if acts(deputy) { all } else { Mandates::default() } }
    }

    /// The instant of the request.
    pub const fn instant(&self) -> Timestamp {
        self.at
    }

    /// What is in force or will be.
    pub fn lasting(&self) -> impl Iterator<Item = &Mandate> {
        self.all.iter().map(|(mandate, _)| mandate).filter(|mandate| mandate.lasts(self.at))
    }

    /// Whether it lets the person look at what is at a place.
    pub fn shows(&self, org: Option<&OrgId>) -> bool {
        self.all.iter().any(|(mandate, giver)| mandate.shows(giver, org, self.at))
    }

    /// What the person brings to a run of a runbook at a place, in a mode, beside the own roles: once for each person.
    pub fn at(&self, org: Option<&OrgId>, mode: Mode, runbook: &RunbookId) -> Vec<Delegation> {
        let mut found: Vec<Delegation> = Vec::new();
        for (mandate, giver) in self.all.iter() {
            let Some(brought) = mandate.brings(giver, (org, mode, runbook), self.at) else { continue };
            match found.iter_mut().find(|known| known.from == brought.from) {
                // Given twice by the same person: one that hands on more roles counts.
                Some(known) if known.roles.len() < brought.roles.len() => *known = brought,
                Some(_) => {}
                None => found.push(brought),
            }
        }
        found
    }
}
