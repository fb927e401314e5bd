//! Gates that ask, as lists know them: on whom each waits can be told from the run's line alone, without its journal.

use serde::{Deserialize, Serialize};

use super::authority::only_watches;
use super::{Actor, Delegation, OpenGate, Rules, State, UnitState};
use crate::base::{Millis, RoleName, Text, Timestamp, UnitId, UserName};
use crate::plan::{Exclusion, Plan, UnitIx};

/// A gate that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Its unit.
    pub unit: UnitId,
    /// The unit's name for people.
    pub title: Text,
    /// What it asks.
    pub question: Text,
    /// Since when.
    pub opened_at: Timestamp,
    /// When it is overdue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// Until when it can be decided without moving the run's recovery beyond its objective; `None` where it has no say in that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Timestamp>,
    /// The instant as of which all this is so. In simulated time it is the run's now.
    pub as_of: Timestamp,
    /// Approvals so far.
    pub approvals: u32,
    /// Approvals needed.
    pub quorum: u32,
    /// Roles of which it still wants a vote.
    pub seats: Vec<Seat>,
}

/// A role of which a gate wants a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The role.
    pub role: RoleName,
    /// Persons whose vote for it would not be taken: they are excluded, or have voted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub barred: Vec<UserName>,
}

impl Asking {
    /// The role for which it waits for somebody; `None` where it does not.
    pub fn waits_for(&self, actor: &Actor) -> Option<&RoleName> {
        if only_watches(actor) {
            return None;
        }
        let open = |seat: &&Seat| actor.holds(&seat.role) && !seat.barred.contains(&actor.name);
        let seat = self.seats.iter().find(open).or_else(|| self.seats.first().filter(|_| actor.breaks_glass()));
        seat.map(|seat| &seat.role)
    }

    /// The role for which it waits for somebody who stands in for another; `None` where it does not.
    pub fn waits_for_deputy(&self, deputy: &UserName, delegation: &Delegation) -> Option<&RoleName> {
        let barred = |seat: &Seat| [deputy, &delegation.from].into_iter().any(|name| seat.barred.contains(name));
        let open = |seat: &&Seat| delegation.roles.contains(&seat.role) && !barred(seat);
        self.seats.iter().find(open).map(|seat| &seat.role)
    }
}

impl State {
    /// The gates of the run that ask people now. Where people are played, none does.
    pub fn asking(&self, plan: &Plan) -> Vec<Asking> {
        let played = self.header().simulation.as_ref().is_some_and(|simulation| simulation.people);
        if played || self.census.of(UnitState::AwaitingGate) == 0 {
            return Vec::new();
        }
        plan.unit_ixs().filter_map(|ix| self.asking_at(plan, ix)).collect()
    }

    /// Until when a unit may wait without moving the run's recovery beyond its objective; `None` where it has no say in that.
    pub(super) fn latest(&self, plan: &Plan, ix: UnitIx) -> Option<Timestamp> {
        let end = self.origin(plan).zip(plan.body().objectives.rto);
        let end = end.map(|(origin, rto)| self.deadline(origin, rto, self.last_at()));
        let after = if self.unit(ix).usable_at.is_some() { Millis::ZERO } else { plan.schedule().after(ix) };
        let after = after.0.cast_signed();
        end.filter(|_| !plan.unit(ix).rto_exclude).map(|end| Timestamp(end.0.saturating_sub(after)))
    }

    fn asking_at(&self, plan: &Plan, ix: UnitIx) -> Option<Asking> {
        let (open, rules) = self.asks(plan, ix, self.last_at())?;
        let unit = plan.unit(ix);
        Some(Asking {
            unit: unit.id.clone(),
            title: unit.title.clone(),
            question: rules.gate.question.clone(),
            opened_at: open.opened_at,
            deadline: open.deadline,
            latest: self.latest(plan, ix),
            as_of: self.last_at(),
            approvals: u32::try_from(open.votes.iter().filter(|vote| vote.approve).count()).unwrap_or(u32::MAX),
            quorum: rules.gate.quorum,
            seats: seats(open, &rules),
        })
    }
}

/// The roles of which a gate still wants an approval, and who may not give it.
fn seats(open: &OpenGate, rules: &Rules<'_>) -> Vec<Seat> {
    let gate = rules.gate;
    let excludes = |exclusion| gate.exclude.contains(&exclusion);
    let requester = excludes(Exclusion::Requester).then_some(rules.requester);
    let authors = rules.authors.iter().filter(|_| excludes(Exclusion::Author));
    let excluded: Vec<&UserName> = requester.into_iter().chain(authors).collect();
    let mut seats: Vec<Seat> = Vec::new();
    for role in open.roles(gate).filter(|role| open.has_room(gate, role)) {
        if seats.iter().any(|seat| seat.role == *role) {
            continue;
        }
        let spent = open.votes.iter().filter(|vote| gate.distinct || vote.role == *role);
        let voters = spent.flat_map(|vote| [Some(vote.voter()), vote.stood_in_for()]).flatten();
        let mut barred: Vec<UserName> = excluded.iter().copied().chain(voters).cloned().collect();
        barred.sort_unstable();
        barred.dedup();
        seats.push(Seat { role: role.clone(), barred });
    }
    seats
}
