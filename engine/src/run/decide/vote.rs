//! Votes, and what becomes of a gate: by its voters, or by time.

use super::super::apply::Illegal;
use super::super::{Actor, Ballot, Cause, CauseKind, Event, Scope, Vote};
use super::people::{bounded, refuse};
use super::turn::{Refusal, Stop, Turn};
use crate::base::{Bilingual as _, Text, UnitId};
use crate::plan::{Gate, OnReject, OnTimeout, UnitIx};

impl Turn<'_> {
    /// Takes a vote. That it was cast and what follows from it are facts of one decision, so that they commit together.
    pub(super) fn vote(&mut self, actor: &Actor, unit: &UnitId, mut ballot: Ballot) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        ballot.comment = bounded(ballot.comment)?;
        let Some((open, rules)) = self.state.asks(self.plan, ix, self.now) else {
            return refuse(
                "gate_not_open",
                format!("{unit}의 게이트는 지금 열려 있지 않습니다"),
                format!("the gate of {unit} is not open now"),
            );
        };
        let role = open
            .admit(&rules, actor, &ballot)
            .map_err(|refused| Refusal { code: refused.code(), message: refused.text() })?;
        let gate = rules.gate.clone();
        let Ballot { approve, comment, digest, confirmed_at, hand, .. } = ballot;
        let vote = Vote { by: actor.clone(), role, approve, comment, digest, hand, confirmed_at };
        let cause = rejected(&vote);
        self.emit(Event::Voted { unit: unit.clone(), vote })?;
        let decided = self.state.unit(ix).gate.as_ref().and_then(|open| open.decision(&gate));
        let Some(approved) = decided else {
            return Ok(());
        };
        let place = self.state.unit(ix).step;
        self.emit(Event::GateDecided { unit: unit.clone(), approved, in_default: false })?;
        if approved {
            return Ok(self.step_done(ix, place + 1)?);
        }
        Ok(self.reject(ix, &gate, Some(actor), cause)?)
    }

    /// The gate's time ran out. It is said once, and never approves.
    pub(super) fn gate_overdue(&mut self, ix: UnitIx) -> Result<(), Illegal> {
        let unit = self.id(ix);
        let Some(gate) = self.gate_at(ix) else { return Ok(()) };
        self.emit(Event::GateOverdue { unit: unit.clone() })?;
        match gate.on_timeout {
            OnTimeout::Wait => Ok(()),
            OnTimeout::Fail => {
                self.emit(Event::GateDecided { unit, approved: false, in_default: true })?;
                self.fail(ix, overdue(&gate))
            }
            OnTimeout::Reject => {
                self.emit(Event::GateDecided { unit, approved: false, in_default: true })?;
                self.reject(ix, &gate, None, overdue(&gate))
            }
        }
    }

    /// The next level of escalation begins.
    pub(super) fn gate_escalates(&mut self, ix: UnitIx) -> Result<(), Illegal> {
        let level = self.state.unit(ix).gate.as_ref().map_or(0, |open| open.level);
        let Some(gate) = self.gate_at(ix) else { return Ok(()) };
        let Some(next) = gate.escalate.get(level as usize) else { return Ok(()) };
        self.emit(Event::GateEscalated { unit: self.id(ix), level: level + 1, roles: next.roles.clone() })
    }

    fn gate_at(&self, ix: UnitIx) -> Option<Gate> {
        self.state.step(self.plan, ix)?.action.gate().cloned()
    }

    /// What the gate says of a rejection. On the way back a person decides in any case.
    fn reject(&mut self, ix: UnitIx, gate: &Gate, by: Option<&Actor>, cause: Cause) -> Result<(), Illegal> {
        let unit = self.id(ix);
        if self.state.unit(ix).undoing {
            return self.fail(ix, cause);
        }
        match gate.on_reject {
            OnReject::Fail => self.fail(ix, cause),
            OnReject::Rollback => {
                let reason = cause.message.clone();
                self.emit(Event::Failed { unit, cause })?;
                match self.roll_back(by, &Scope::Run, true, &reason) {
                    // It stays rejected, and people decide: there is no way back, or none that can be told now.
                    Ok(()) | Err(Stop::Refused(_)) => Ok(()),
                    Err(Stop::Illegal(illegal)) => Err(illegal),
                }
            }
            OnReject::Abort => {
                let reason = cause.message.clone();
                self.emit(Event::Failed { unit, cause })?;
                self.abort(by.cloned(), reason)
            }
            // The rest of the unit is not done; what waits for it is sorted out by the answer.
            OnReject::Branch(_) => self.emit(Event::Skipped { unit, by: by.cloned(), reason: cause.message }),
        }
    }
}

fn rejected(vote: &Vote) -> Cause {
    let (who, comment) = (vote.who(), &vote.comment);
    Cause::new(
        CauseKind::Rejected,
        format!("{} 님이 반려했습니다: {comment}", who.get(crate::base::Lang::Ko)),
        format!("{} rejected it: {comment}", who.get(crate::base::Lang::En)),
    )
}

fn overdue(gate: &Gate) -> Cause {
    let time = gate.timeout.unwrap_or_default();
    let message = Text::new(
        format!("{time} 안에 승인되지 않았습니다. 승인자와 연락한 뒤 재시도하면 다시 묻습니다"),
        format!("it was not approved within {time}; reach the approvers, then retry: it asks again"),
    );
    Cause { kind: CauseKind::Overdue, message }
}
