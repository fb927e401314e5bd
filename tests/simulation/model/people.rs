//! Gates and work of people.

use engine::base::Timestamp;
use engine::plan::{Action, Exclusion, Gate};
use engine::run::{Event, ManualResult, Purpose, Vote};

use super::rule::{Verdict, rule};
use super::told::{Asked, Model, is_gate};
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
                self.units[unit].asked =
                    Some(Asked { digest: *digest, deadline: *deadline, overdue: false, votes: Vec::new() });
                self.go(at, unit, "awaiting_gate");
            }
            Event::Voted { vote, .. } => {
                rule!(
                    self.vote_counts(unit, vote).is_ok(),
                    "a vote that breaks a rule: {:?}",
                    self.vote_counts(unit, vote)
                );
                if let Some(asked) = &mut self.units[unit].asked {
                    asked.votes.push(vote.clone());
                }
                self.voted_just_now = Some(unit);
            }
            Event::GateOverdue { .. } => {
                let asked = self.units[unit].asked.as_mut().filter(|_| state == "awaiting_gate");
                let Some(asked) = asked else { return Err("a gate that is not open is overdue".to_owned()) };
                rule!(!asked.overdue, "a gate is said to be overdue twice");
                rule!(asked.deadline.is_some_and(|deadline| at >= deadline), "a gate is overdue too early");
                asked.overdue = true;
            }
            Event::GateDecided { approved, .. } => {
                rule!(voted == Some(unit), "a gate was decided by something else than a vote");
                let Action::Gate(gate) = &self.step(unit).action else { return Err("no gate to decide".to_owned()) };
                let votes = self.units[unit].asked.as_ref().map_or(&[][..], |asked| &asked.votes);
                let refused = votes.iter().any(|vote| !vote.approve);
                let enough = votes.len() >= gate.quorum as usize;
                rule!(*approved != refused && (refused || enough), "a gate was decided against its votes");
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

    /// The gate that is open at a unit.
    pub(crate) fn open_gate(&self, unit: usize) -> Option<(&'p Gate, &Asked)> {
        let told = &self.units[unit];
        match (&self.step(unit).action, &told.asked) {
            (Action::Gate(gate), Some(asked)) if told.state == "awaiting_gate" => Some((gate, asked)),
            _ => None,
        }
    }

    /// Whether a vote keeps all rules of the open gate.
    pub(crate) fn vote_counts(&self, unit: usize, vote: &Vote) -> Verdict {
        let Some((gate, asked)) = self.open_gate(unit) else { return Err("no gate is open".to_owned()) };
        let name = &vote.by.name;
        let kept_out = gate.exclude.contains(&Exclusion::Requester) && name.as_str() == self.requester;
        rule!(!kept_out, "the requester votes");
        let before: Vec<&Vote> = asked.votes.iter().filter(|other| other.by.name == *name).collect();
        rule!(!gate.distinct || before.is_empty(), "{name} votes twice");
        rule!(before.iter().all(|other| other.role != vote.role), "{name} votes twice in one role");
        let asked_now = gate.approvers.contains(&vote.role) || (asked.overdue && gate.escalate.contains(&vote.role));
        rule!(asked_now, "the role {} is not asked", vote.role);
        rule!(vote.by.holds(&vote.role), "{name} does not hold {}", vote.role);
        rule!(vote.digest == asked.digest, "the vote is about something else");
        rule!(vote.approve || !vote.comment.trim().is_empty(), "rejected without a reason");
        Ok(())
    }

    /// Whether a voter's vote should be taken: some role makes it count.
    pub(crate) fn vote_welcome(&self, unit: usize, vote: &Vote) -> bool {
        let Some((gate, _)) = self.open_gate(unit) else { return false };
        gate.approvers.iter().chain(&gate.escalate).any(|role| {
            let vote = Vote { role: role.clone(), ..vote.clone() };
            self.vote_counts(unit, &vote).is_ok()
        })
    }
}
