//! The register of gates, filled in as the journal is read.

use super::registers::{GateEntry, GateOutcome, VoteEntry};
use crate::base::{Digest, Millis, Timestamp, UnitId};
use crate::plan::Gate;
use crate::run::Vote;

impl GateEntry {
    pub(super) fn opened(
        unit: UnitId,
        gate: &Gate,
        deadline_at: Option<Timestamp>,
        digest: Digest,
        at: Timestamp,
    ) -> Self {
        Self {
            unit,
            question: gate.question.clone(),
            opened_at: at,
            deadline_at,
            overdue_at: None,
            closed_at: None,
            outcome: GateOutcome::Open,
            wait: Millis::ZERO,
            quorum: gate.quorum,
            distinct: gate.distinct,
            distinct_roles: gate.distinct_roles,
            seats: gate.seats.clone(),
            excludes: gate.exclude.clone(),
            approvers: gate.approvers.clone(),
            escalate: gate.escalate.clone(),
            on_timeout: gate.on_timeout,
            reminded_at: None,
            escalated_at: Vec::new(),
            digest,
            votes: Vec::new(),
        }
    }

    /// Takes a vote in; `true` when only escalation allowed it.
    pub(super) fn voted(&mut self, at: Timestamp, vote: &Vote) -> bool {
        let escalated = !self.approvers.contains(&vote.role);
        self.votes.push(VoteEntry {
            at,
            by: vote.by.clone(),
            role: vote.role.clone(),
            hand: vote.hand.clone(),
            confirmed_at: vote.confirmed_at,
            escalated,
            approve: vote.approve,
            comment: vote.comment.clone(),
        });
        escalated
    }
}
