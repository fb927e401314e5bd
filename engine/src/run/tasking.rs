//! Manual work that waits, as lists know it: for whom can be told from the run's line alone, without its journal.

use serde::{Deserialize, Serialize};

use super::manual::holds_or_operates;
use super::{Actor, OpenManual, State, UnitState};
use crate::base::{RoleName, Text, Timestamp, UnitId, UserName};
use crate::plan::{Action, Manual, Plan, UnitIx};

/// Manual work that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tasking {
    /// Its unit.
    pub unit: UnitId,
    /// The unit's name for people.
    pub title: Text,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when it can be done without moving the run's recovery beyond its objective; `None` where it has no say in that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Timestamp>,
    /// The instant as of which all this is so. In simulated time it is the run's now.
    pub as_of: Timestamp,
    /// Roles for which it is; none named: whoever repairs units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleName>,
    /// What it waits for.
    pub wants: Wanted,
}

/// What manual work waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wants", rename_all = "snake_case")]
pub enum Wanted {
    /// To be done.
    Work {
        /// Who does it, where somebody claimed it or it was assigned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<UserName>,
        /// Who assigned it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assigned_by: Option<UserName>,
        /// Who sent the last report back, and why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent_back: Option<(UserName, String)>,
    },
    /// A second person to look at what was reported.
    Check {
        /// Who reported it.
        by: UserName,
        /// Who had a hand in it, and so can not be that person.
        barred: Vec<UserName>,
    },
}

impl Tasking {
    /// Whether it waits for somebody.
    pub fn waits_for(&self, actor: &Actor) -> bool {
        let free = match &self.wants {
            Wanted::Work { holder, .. } => holder.as_ref().is_none_or(|holder| *holder == actor.name),
            Wanted::Check { by, barred } => *by != actor.name && !barred.contains(&actor.name),
        };
        free && holds_or_operates(&self.roles, actor)
    }
}

impl State {
    /// The manual work of the run that waits for people now. Where people are played, none does.
    pub fn tasking(&self, plan: &Plan) -> Vec<Tasking> {
        let played = self.header().simulation.as_ref().is_some_and(|simulation| simulation.people);
        if played || self.census.of(UnitState::AwaitingManual) == 0 {
            return Vec::new();
        }
        plan.unit_ixs().filter_map(|ix| self.tasking_at(plan, ix)).collect()
    }

    fn tasking_at(&self, plan: &Plan, ix: UnitIx) -> Option<Tasking> {
        let at = self.unit(ix);
        let open = at.manual.as_ref().filter(|_| at.state == UnitState::AwaitingManual)?;
        let Action::Manual(manual) = &self.step(plan, ix)?.action else { return None };
        let unit = plan.unit(ix);
        let (roles, wants) = wanted(manual, open);
        Some(Tasking {
            unit: unit.id.clone(),
            title: unit.title.clone(),
            opened_at: open.opened_at,
            latest: self.latest(plan, ix),
            as_of: self.last_at(),
            roles,
            wants,
        })
    }
}

/// For which roles manual work is now, and what it waits for.
fn wanted(manual: &Manual, open: &OpenManual) -> (Vec<RoleName>, Wanted) {
    let Some(reported) = &open.reported else {
        let (holder, assigned_by, sent_back) = (open.holder.clone(), open.assigned_by.clone(), open.sent_back.clone());
        return (manual.roles.clone(), Wanted::Work { holder, assigned_by, sent_back });
    };
    let ticked = open.ticks.values().map(|tick| &tick.by);
    let mut barred: Vec<UserName> = ticked.chain(open.files.iter().map(|handed| &handed.by)).cloned().collect();
    barred.sort_unstable();
    barred.dedup();
    (manual.checker_roles().to_vec(), Wanted::Check { by: reported.by.name.clone(), barred })
}
