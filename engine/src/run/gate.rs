//! The rules of a gate: who may vote, when it is decided. Pure, and the same for every door.

use super::{Actor, Vote};
use crate::base::{Digest, RoleName, Timestamp, UserName};
use crate::plan::{Exclusion, Gate};

/// A gate that is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenGate {
    /// Since when.
    pub opened_at: Timestamp,
    /// When it becomes overdue.
    pub deadline: Option<Timestamp>,
    /// Whether it is.
    pub overdue: bool,
    /// What voters vote on.
    pub digest: Digest,
    /// Votes so far, in order.
    pub votes: Vec<Vote>,
}

/// Why a vote is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoteRefused {
    /// The voter holds none of the roles that may vote now.
    #[error("this gate asks for {wanted}; {name} holds none of these roles")]
    NoRole {
        /// The roles, for people.
        wanted: String,
        /// The voter.
        name: UserName,
    },
    /// The voter declared the run.
    #[error("{name} declared this run and may not approve it; ask another approver")]
    Requester {
        /// The voter.
        name: UserName,
    },
    /// The voter has voted.
    #[error("{name} has voted already; votes are not changed and each counts once")]
    Again {
        /// The voter.
        name: UserName,
    },
    /// What was shown to the voter is not what is asked now.
    #[error("what this vote is about has changed since the page was opened: look at it again and vote again")]
    Lapsed,
    /// A rejection without a reason.
    #[error("a rejection needs a reason in the comment")]
    NoReason,
}

impl VoteRefused {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRole { .. } => "not_an_approver",
            Self::Requester { .. } => "requester_excluded",
            Self::Again { .. } => "already_voted",
            Self::Lapsed => "vote_lapsed",
            Self::NoReason => "reason_missing",
        }
    }
}

impl OpenGate {
    /// Roles that may vote now: the approvers, and the escalation roles once it is overdue.
    pub fn roles<'a>(&self, gate: &'a Gate) -> impl Iterator<Item = &'a RoleName> + use<'a> {
        let escalated: &'a [RoleName] = if self.overdue { &gate.escalate } else { &[] };
        gate.approvers.iter().chain(escalated)
    }

    /// The role that a vote of `actor` would count for, or why it would not count.
    pub fn admit(
        &self,
        gate: &Gate,
        requester: &UserName,
        actor: &Actor,
        approve: bool,
        comment: &str,
        digest: Digest,
    ) -> Result<RoleName, VoteRefused> {
        let name = actor.name.clone();
        if gate.exclude.contains(&Exclusion::Requester) && actor.name == *requester {
            return Err(VoteRefused::Requester { name });
        }
        let voted: Vec<&Vote> = self.votes.iter().filter(|vote| vote.by.name == actor.name).collect();
        if gate.distinct && !voted.is_empty() {
            return Err(VoteRefused::Again { name });
        }
        let mut held = self.roles(gate).filter(|role| actor.holds(role)).peekable();
        if held.peek().is_none() {
            let wanted = self.roles(gate).map(RoleName::as_str).collect::<Vec<_>>().join(", ");
            return Err(VoteRefused::NoRole { wanted, name });
        }
        let Some(role) = held.find(|role| voted.iter().all(|vote| vote.role != **role)) else {
            return Err(VoteRefused::Again { name });
        };
        if digest != self.digest {
            return Err(VoteRefused::Lapsed);
        }
        if !approve && comment.trim().is_empty() {
            return Err(VoteRefused::NoReason);
        }
        Ok(role.clone())
    }

    /// The decision, once there is one: one rejection rejects, a quorum of approvals approves.
    pub fn decision(&self, gate: &Gate) -> Option<bool> {
        if self.votes.iter().any(|vote| !vote.approve) {
            return Some(false);
        }
        let approvals = u32::try_from(self.votes.len()).unwrap_or(u32::MAX);
        (approvals >= gate.quorum).then_some(true)
    }
}
