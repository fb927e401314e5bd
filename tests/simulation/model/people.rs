//! Gates and work of people.

use std::collections::BTreeSet;

use engine::base::{Millis, RoleName, Timestamp};
use engine::plan::{Action, Exclusion, Gate, OnReject, OnTimeout};
use engine::run::{Door, Event, Hand, ManualResult, Purpose, Vote};

use super::rule::{Verdict, rule};
use super::told::{Asked, Model, is_gate, satisfied};
use super::work::Work;

impl<'p> Model<'p> {
    /// Takes in what people are asked, and answer.
    pub(super) fn take_answer(&mut self, at: Timestamp, unit: usize, event: &Event, voted: Option<usize>) -> Verdict {
        let state = self.units[unit].state;
        match event {
            Event::GateOpened { step, deadline, digest, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                let Action::Gate(gate) = &self.step(unit).action else {
                    return Err("a gate opens where there is none".to_owned());
                };
                rule!(*deadline == gate.timeout.map(|timeout| at.plus(timeout)), "a deadline of its own");
                self.begin(unit);
                self.units[unit].granted = None;
                self.units[unit].asked = Some(Asked {
                    digest: *digest,
                    deadline: *deadline,
                    opened: at,
                    overdue: false,
                    reminded: false,
                    level: 0,
                    votes: Vec::new(),
                    decided: None,
                });
                self.go(at, unit, "awaiting_gate");
            }
            Event::Voted { vote, .. } => {
                let counts = self.vote_counts(at, unit, vote);
                rule!(counts.is_ok(), "a vote that breaks a rule: {counts:?}");
                if let Some(asked) = &mut self.units[unit].asked {
                    asked.votes.push(vote.clone());
                }
                self.voted_just_now = Some(unit);
            }
            Event::GateReminded { .. } => {
                let Some((gate, asked)) = self.open_gate(unit) else { return Err("nobody is asked".to_owned()) };
                rule!(!asked.reminded && !asked.overdue, "reminded twice, or too late");
                let half = gate.timeout.map(|timeout| asked.opened.plus(Millis(timeout.0 / 2)));
                rule!(half.is_some_and(|half| at >= half), "reminded before half time");
                if let Some(asked) = &mut self.units[unit].asked {
                    asked.reminded = true;
                }
            }
            Event::GateEscalated { level, roles, .. } => {
                let Some((gate, asked)) = self.open_gate(unit) else { return Err("nobody is asked".to_owned()) };
                rule!(*level as usize == asked.level + 1, "a level of escalation out of order");
                let Some(next) = gate.escalate.get(asked.level) else { return Err("no such level".to_owned()) };
                rule!(next.roles == *roles, "other roles than the level names");
                rule!(at >= asked.opened.plus(next.after), "escalated too early");
                if let Some(asked) = &mut self.units[unit].asked {
                    asked.level += 1;
                }
            }
            Event::GateOverdue { .. } => {
                let asked = self.units[unit].asked.as_mut().filter(|_| state == "awaiting_gate");
                let Some(asked) = asked else { return Err("a gate that is not open is overdue".to_owned()) };
                rule!(!asked.overdue, "a gate is said to be overdue twice");
                rule!(asked.deadline.is_some_and(|deadline| at >= deadline), "a gate is overdue too early");
                asked.overdue = true;
            }
            Event::GateDecided { approved, in_default: true, .. } => {
                let Some((gate, asked)) = self.open_gate(unit) else { return Err("no gate to decide".to_owned()) };
                rule!(asked.overdue && gate.on_timeout != OnTimeout::Wait, "time decided, and may not");
                rule!(!approved, "a gate approved itself");
                let back = gate.on_timeout == OnTimeout::Reject && gate.on_reject == OnReject::Rollback;
                self.taken_back = back.then_some(at);
                if let Some(asked) = &mut self.units[unit].asked {
                    asked.decided = Some(false);
                }
                self.units[unit].granted = None;
                self.go(at, unit, "queued");
            }
            Event::GateDecided { approved, in_default: false, .. } => {
                rule!(voted == Some(unit), "a gate was decided by something else than a vote");
                let Action::Gate(gate) = &self.step(unit).action else { return Err("no gate to decide".to_owned()) };
                let votes = self.units[unit].asked.as_ref().map_or(&[][..], |asked| &asked.votes);
                let refused = votes.iter().any(|vote| !vote.approve);
                let enough = votes.len() >= gate.quorum as usize && fills(gate, votes);
                rule!(*approved != refused && (refused || enough), "a gate was decided against its votes");
                if let Some(asked) = &mut self.units[unit].asked {
                    asked.decided = Some(*approved);
                }
                self.units[unit].granted = approved.then_some(Purpose::Act);
                self.go(at, unit, "queued");
            }
            Event::ManualOpened { step, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                rule!(matches!(self.step(unit).action, Action::Manual(_)), "no manual step to open");
                self.begin(unit);
                self.units[unit].granted = None;
                self.units[unit].work = Work::default();
                self.go(at, unit, "awaiting_manual");
            }
            Event::ManualWorked { by, work, .. } => self.take_work(unit, by, work)?,
            Event::ManualClosed { by, result, evidence, measure, .. } => {
                self.take_close(unit, by, *result, evidence, measure.as_ref())?;
                self.units[unit].granted = (*result != ManualResult::Failed).then_some(Purpose::Act);
                self.go(at, unit, "queued");
            }
            other => return Err(format!("{other:?} is told elsewhere")),
        }
        Ok(())
    }

    pub(crate) fn gate_ahead(&self, unit: usize) -> bool {
        let (it, step) = (&self.plan.units()[unit], self.units[unit].step);
        if self.units[unit].back.going {
            let rest = step.saturating_sub(it.steps.len());
            return it.rollback[rest.min(it.rollback.len())..].iter().any(|undo| is_gate(&undo.step));
        }
        it.steps[step.min(it.steps.len())..].iter().any(is_gate)
    }

    /// Whether a unit waits, in however many steps, for one whose gate nobody has approved.
    pub(super) fn gate_before(&self, unit: usize) -> bool {
        let begins = |need: usize| satisfied(self.units[need].state) || self.units[need].usable;
        if self.needs[unit].iter().all(|need| begins(*need)) {
            return false;
        }
        let (mut open, mut seen): (Vec<usize>, BTreeSet<usize>) = (vec![unit], BTreeSet::new());
        while let Some(at) = open.pop() {
            open.extend(self.needs[at].iter().copied().filter(|need| seen.insert(*need)));
        }
        seen.into_iter().any(|need| !begins(need) && self.gate_ahead(need))
    }

    /// The gate that is open at a unit.
    pub(crate) fn open_gate(&self, unit: usize) -> Option<(&'p Gate, &Asked)> {
        let told = &self.units[unit];
        match (&self.step(unit).action, &told.asked) {
            (Action::Gate(gate), Some(asked)) if told.state == "awaiting_gate" => Some((gate, asked)),
            _ => None,
        }
    }

    /// Whether a vote keeps all rules of the open gate.
    pub(crate) fn vote_counts(&self, at: Timestamp, unit: usize, vote: &Vote) -> Verdict {
        let Some((gate, asked)) = self.open_gate(unit) else { return Err("no gate is open".to_owned()) };
        let caster = vote.by.name.as_str();
        let only_watches = vote.by.roles.iter().all(|role| ["observer", "auditor", "admin"].contains(&role.as_str()));
        rule!(vote.by.via == Door::CommandLine || !only_watches, "{caster} only watches");
        let (mine, roles, others) = match &vote.hand {
            Hand::Own => (vec![caster], None, Vec::new()),
            Hand::For(delegation) => {
                rule!(delegation.since <= at && at < delegation.until, "a delegation that is not in force");
                rule!(delegation.from.as_str() != caster, "a delegate of himself");
                (vec![caster, delegation.from.as_str()], Some(&delegation.roles), Vec::new())
            }
            Hand::Phone(call) => {
                let (approver, witness) = (call.approver.as_str(), call.witness.as_str());
                rule!(approver != caster && witness != caster && witness != approver, "a call of less than three");
                rule!(vote.by.holds(&"situation-room".parse().unwrap()), "a call entered by anybody");
                rule!(asked.opened <= call.called_at && call.called_at <= at, "a call at another time");
                (vec![approver], Some(&call.roles), vec![caster, witness])
            }
        };
        let authors = &self.plan.body().authors;
        for person in mine.iter().chain(&others) {
            let declared = gate.exclude.contains(&Exclusion::Requester) && *person == self.requester;
            let wrote = authors.iter().any(|author| author.as_str() == *person);
            rule!(!declared, "the requester has a hand in it");
            rule!(!(wrote && gate.exclude.contains(&Exclusion::Author)), "an author has a hand in it");
        }
        let before: Vec<&Vote> =
            asked.votes.iter().filter(|other| persons(other).iter().any(|it| mine.contains(it))).collect();
        rule!(!gate.distinct || before.is_empty(), "{mine:?} vote twice");
        rule!(before.iter().all(|other| other.role != vote.role), "{mine:?} vote twice in one role");
        let level = gate.escalate.iter().take(asked.level);
        let asked_now =
            gate.approvers.contains(&vote.role) || level.flat_map(|it| &it.roles).any(|it| *it == vote.role);
        rule!(asked_now, "the role {} is not asked", vote.role);
        let holds = roles.map_or_else(|| vote.by.holds(&vote.role), |roles| roles.contains(&vote.role));
        rule!(holds, "{mine:?} do not hold {}", vote.role);
        let with: Vec<Vote> = asked.votes.iter().chain([vote]).cloned().collect();
        rule!(!vote.approve || fills(gate, &with), "an approval that nobody waits for");
        rule!(vote.digest == asked.digest, "the vote is about something else");
        rule!(vote.approve || !vote.comment.trim().is_empty(), "rejected without a reason");
        let fresh = vote.confirmed_at.is_some_and(|confirmed| at.since(confirmed) <= Millis::minutes(5));
        let host = vote.by.via == Door::CommandLine;
        rule!(!vote.approve || host || fresh || !self.no_return_behind(unit), "approved without a confirmation");
        Ok(())
    }

    /// Whether a point of no return is the unit, or waits for it, on the way forward.
    fn no_return_behind(&self, unit: usize) -> bool {
        let after = |it: usize| it == unit || self.after(unit).contains(&it);
        let units = self.plan.units().iter().enumerate();
        !self.units[unit].back.going && units.filter(|(_, it)| it.point_of_no_return).any(|(it, _)| after(it))
    }

    /// Whether a voter's vote should be taken: some role makes it count.
    pub(crate) fn vote_welcome(&self, at: Timestamp, unit: usize, vote: &Vote, wish: Option<&RoleName>) -> bool {
        let Some((gate, _)) = self.open_gate(unit) else { return false };
        let roles = gate.approvers.iter().chain(gate.escalate.iter().flat_map(|level| &level.roles));
        roles.filter(|role| wish.is_none_or(|wish| wish == *role)).any(|role| {
            let vote = Vote { role: role.clone(), ..vote.clone() };
            self.vote_counts(at, unit, &vote).is_ok()
        })
    }
}

/// Whose votes a vote uses up.
fn persons(vote: &Vote) -> Vec<&str> {
    match &vote.hand {
        Hand::Own => vec![vote.by.name.as_str()],
        Hand::For(delegation) => vec![vote.by.name.as_str(), delegation.from.as_str()],
        Hand::Phone(call) => vec![call.approver.as_str()],
    }
}

/// Whether no approval is one more than the gate wants of its role.
fn fills(gate: &Gate, votes: &[Vote]) -> bool {
    votes.iter().filter(|vote| vote.approve).all(|vote| {
        let of_role = votes.iter().filter(|other| other.approve && other.role == vote.role).count();
        let most = if gate.distinct_roles { Some(1) } else { gate.seats.get(&vote.role).copied() };
        most.is_none_or(|most| of_role <= most as usize)
    })
}
