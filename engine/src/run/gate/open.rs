//! A gate that asks: who may vote at it, and when it is decided.

use super::super::roles::{ADMIN, SITUATION_ROOM, role_words};
use super::super::{Actor, Door, State, UnitState, Vote};
use super::{Ballot, Delegation, Hand, VoteRefused};
use crate::base::{Digest, Millis, RoleName, Timestamp, UserName};
use crate::plan::{Action, Exclusion, Gate, Plan, UnitIx};

/// How long it counts that somebody has shown again who he is.
pub const CONFIRMED_FOR: Millis = Millis::minutes(5);

/// A gate that is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenGate {
    /// Since when.
    pub opened_at: Timestamp,
    /// When it becomes overdue.
    pub deadline: Option<Timestamp>,
    /// Whether it is.
    pub overdue: bool,
    /// Whether its approvers were reminded.
    pub reminded: bool,
    /// Levels of escalation in force: the first so many.
    pub level: u32,
    /// What voters vote on.
    pub digest: Digest,
    /// Votes so far, in order.
    pub votes: Vec<Vote>,
    /// What was decided, once it was.
    pub decided: Option<bool>,
}

/// What the rules of a gate are held against, beside its votes.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// The gate as planned.
    pub gate: &'r Gate,
    /// Who declared the run.
    pub requester: &'r UserName,
    /// Who wrote the runbook.
    pub authors: &'r [UserName],
    /// Whether a point of no return stands behind it.
    pub no_return: bool,
    /// The instant.
    pub now: Timestamp,
    /// Whether that is an instant of simulated time, which runs apart from the time in which people live.
    pub simulated: bool,
}

impl State {
    /// The gate at which a unit waits, and what it is held against.
    pub fn asks<'r>(&'r self, plan: &'r Plan, ix: UnitIx, now: Timestamp) -> Option<(&'r OpenGate, Rules<'r>)> {
        let unit = self.unit(ix);
        let open = unit.gate.as_ref().filter(|_| unit.state == UnitState::AwaitingGate)?;
        let Action::Gate(gate) = &self.step(plan, ix)?.action else { return None };
        let (requester, authors) = (&self.header().requester.name, plan.body().authors.as_slice());
        let no_return = !unit.is_going_back() && !plan.no_return_behind(ix).is_empty();
        let simulated = self.header().simulation.is_some();
        Some((open, Rules { gate, requester, authors, no_return, now, simulated }))
    }
}

impl OpenGate {
    /// Roles that may vote now: the approvers, and those of the levels of escalation in force.
    pub fn roles<'a>(&self, gate: &'a Gate) -> impl Iterator<Item = &'a RoleName> + use<'a> {
        let escalated = gate.escalate.iter().take(self.level as usize).flat_map(|level| &level.roles);
        gate.approvers.iter().chain(escalated)
    }

    /// The role that a vote of `actor` would count for, or why it would not count.
    pub fn admit(&self, rules: &Rules<'_>, actor: &Actor, ballot: &Ballot) -> Result<RoleName, VoteRefused> {
        let gate = rules.gate;
        check_hand(rules, self.opened_at, actor, &ballot.hand)?;
        let (voter, given) = match &ballot.hand {
            Hand::Own => (&actor.name, None),
            Hand::For(delegation) => (&actor.name, Some(&delegation.roles)),
            Hand::Phone(call) => (&call.approver, Some(&call.roles)),
        };
        let persons = [Some(voter), ballot.hand.on_behalf_of().filter(|from| *from != voter)];
        // Whoever may not vote casts nothing for others either, and is stood in for by nobody.
        let hands = persons.into_iter().flatten().chain([&actor.name]).chain(witness(&ballot.hand));
        let by_glass = ballot.hand.is_own() && actor.breaks_glass();
        for person in hands.filter(|_| !by_glass) {
            is_excluded(rules, person)?;
        }
        // Who has voted and is then left alone breaks the glass: that vote is another one, and decides.
        let counts = |vote: &&Vote| !by_glass || vote.is_by_glass();
        let mine = |vote: &&Vote| persons.into_iter().flatten().any(|it| vote.spends(it));
        let spent: Vec<&Vote> = self.votes.iter().filter(mine).filter(counts).collect();
        let again = || VoteRefused::Again { name: ballot.hand.on_behalf_of().unwrap_or(voter).clone() };
        if gate.distinct && !spent.is_empty() {
            return Err(again());
        }
        let handed_on = |role: &RoleName, given: &[RoleName]| role.as_str() != ADMIN && given.contains(role);
        let holds = |role: &RoleName| given.map_or_else(|| actor.holds(role), |given| handed_on(role, given));
        let wished = |role: &&RoleName| ballot.role.as_ref().is_none_or(|wish| wish == *role);
        let held: Vec<&RoleName> = self.roles(gate).filter(|role| holds(role)).filter(wished).collect();
        if held.is_empty() {
            let wanted = role_words(self.roles(gate));
            let name = ballot.hand.on_behalf_of().unwrap_or(voter).clone();
            return Err(VoteRefused::NoRole { wanted, name });
        }
        let unused: Vec<&RoleName> =
            held.into_iter().filter(|role| spent.iter().all(|vote| vote.role != **role)).collect();
        if unused.is_empty() {
            return Err(again());
        }
        // A rejection counts whoever else of the role has spoken.
        let Some(role) = unused.iter().find(|role| !ballot.approve || by_glass || self.has_room(gate, role)) else {
            let role = unused[0].clone();
            let open = role_words(self.roles(gate).filter(|role| self.has_room(gate, role)));
            return Err(VoteRefused::Full { role, open });
        };
        if ballot.digest != self.digest {
            return Err(VoteRefused::Lapsed);
        }
        if !ballot.approve && ballot.comment.trim().is_empty() {
            return Err(VoteRefused::NoReason);
        }
        if ballot.approve && rules.no_return && !is_confirmed(actor.via, ballot.confirmed_at, rules.now) {
            return Err(VoteRefused::Unconfirmed);
        }
        Ok((*role).clone())
    }

    /// Whether an approval by a role brings the gate nearer to its decision.
    pub(in super::super) fn has_room(&self, gate: &Gate, role: &RoleName) -> bool {
        let given = self.votes.iter().filter(|vote| vote.approve && vote.role == *role).count();
        if gate.distinct_roles {
            return given == 0;
        }
        // A role of escalation stands in for whichever is missing.
        gate.seats.get(role).is_none_or(|seats| usize::try_from(*seats).is_ok_and(|seats| given < seats))
    }

    /// The decision, once there is one: one rejection rejects, a quorum of approvals approves, and who broke the glass is a
    /// quorum alone. Only what brings the gate nearer to it was admitted, so approvals need only be counted.
    pub fn decision(&self, gate: &Gate) -> Option<bool> {
        if self.votes.iter().any(|vote| !vote.approve) {
            return Some(false);
        }
        if self.votes.iter().any(Vote::is_by_glass) {
            return Some(true);
        }
        let approvals = u32::try_from(self.votes.len()).unwrap_or(u32::MAX);
        (approvals >= gate.quorum).then_some(true)
    }
}

const fn witness(hand: &Hand) -> Option<&UserName> {
    match hand {
        Hand::Own | Hand::For(_) => None,
        Hand::Phone(call) => Some(&call.witness),
    }
}

fn is_excluded(rules: &Rules<'_>, person: &UserName) -> Result<(), VoteRefused> {
    let excludes = |exclusion| rules.gate.exclude.contains(&exclusion);
    if excludes(Exclusion::Requester) && person == rules.requester {
        return Err(VoteRefused::Requester { name: person.clone() });
    }
    if excludes(Exclusion::Author) && rules.authors.contains(person) {
        return Err(VoteRefused::Author { name: person.clone() });
    }
    Ok(())
}

/// Whether a vote may be cast in this way at all.
fn check_hand(rules: &Rules<'_>, opened_at: Timestamp, actor: &Actor, hand: &Hand) -> Result<(), VoteRefused> {
    match hand {
        Hand::Own => Ok(()),
        Hand::For(Delegation { from, since, until, .. }) => {
            if *from == actor.name {
                return Err(VoteRefused::OwnDelegate { name: from.clone() });
            }
            // In simulated time the door alone, by its own clock, has made sure of that.
            if !rules.simulated && (rules.now < *since || rules.now >= *until) {
                return Err(VoteRefused::NotDelegated { name: actor.name.clone(), from: from.clone() });
            }
            Ok(())
        }
        Hand::Phone(call) => {
            if !SITUATION_ROOM.parse().is_ok_and(|role| actor.holds(&role)) {
                return Err(VoteRefused::NoScribe { name: actor.name.clone() });
            }
            let three = call.approver != actor.name && call.witness != actor.name && call.witness != call.approver;
            if !three {
                return Err(VoteRefused::NoWitness);
            }
            if call.called_at < opened_at || call.called_at > rules.now {
                return Err(VoteRefused::CallTime { opened_at, now: rules.now });
            }
            Ok(())
        }
    }
}

/// Whether a door has made sure, lately, of who stands at it. Those of the host are as sure as they ever will be.
fn is_confirmed(via: Door, confirmed_at: Option<Timestamp>, now: Timestamp) -> bool {
    match via {
        Door::CommandLine | Door::Simulation => true,
        Door::Console | Door::Api => {
            confirmed_at.is_some_and(|at| now <= at.plus(CONFIRMED_FOR) && at <= now.plus(CONFIRMED_FOR))
        }
    }
}
