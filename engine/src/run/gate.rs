//! The rules of a gate: who may vote, when it is decided. Pure, and the same for every door.

use super::{Actor, Vote};
use crate::base::{Bilingual, Digest, RoleName, Timestamp, UserName};
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

impl Bilingual for VoteRefused {
    fn ko(&self) -> String {
        match self {
            Self::NoRole { wanted, name } => {
                format!("이 게이트는 {wanted} 역할의 승인을 기다립니다. {name} 님에게는 그 역할이 없습니다")
            }
            Self::Requester { name } => {
                format!("{name} 님은 이 실행을 선포한 사람이라 승인할 수 없습니다. 다른 승인자에게 요청하십시오")
            }
            Self::Again { name } => {
                format!("{name} 님은 이미 투표했습니다. 표는 바꿀 수 없고 한 번만 셉니다")
            }
            Self::Lapsed => "화면을 연 뒤에 승인할 내용이 바뀌었습니다. 다시 확인하고 투표하십시오".to_owned(),
            Self::NoReason => "반려하려면 의견에 사유를 적어야 합니다".to_owned(),
        }
    }
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
        if gate.exclude.contains(&Exclusion::Requester) && actor.name == *requester && !actor.breaks_glass() {
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

    /// The decision, once there is one: one rejection rejects, a quorum of approvals approves. Who broke the glass is a
    /// quorum alone.
    pub fn decision(&self, gate: &Gate) -> Option<bool> {
        if self.votes.iter().any(|vote| !vote.approve) {
            return Some(false);
        }
        if self.votes.iter().any(|vote| vote.by.breaks_glass()) {
            return Some(true);
        }
        let approvals = u32::try_from(self.votes.len()).unwrap_or(u32::MAX);
        (approvals >= gate.quorum).then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Door;
    use super::*;
    use crate::base::Text;
    use crate::plan::OnReject;

    fn role(name: &str) -> RoleName {
        name.parse().unwrap()
    }

    fn actor(name: &str, roles: &[&str]) -> Actor {
        Actor { name: name.parse().unwrap(), roles: roles.iter().map(|name| role(name)).collect(), via: Door::Console }
    }

    fn gate(quorum: u32, distinct: bool) -> Gate {
        Gate {
            question: Text::plain("go live?"),
            approvers: vec![role("commander"), role("business")],
            quorum,
            distinct,
            exclude: vec![Exclusion::Requester],
            timeout: None,
            escalate: vec![role("cio")],
            on_reject: OnReject::Fail,
        }
    }

    fn open() -> OpenGate {
        let digest = Digest::of(b"this");
        OpenGate { opened_at: Timestamp(0), deadline: None, overdue: false, digest, votes: Vec::new() }
    }

    /// Votes if the vote is admitted; gives the role it counts for.
    fn cast(open: &mut OpenGate, gate: &Gate, by: &Actor, approve: bool) -> Result<RoleName, &'static str> {
        let requester = "kim".parse().unwrap();
        let comment = if approve { "" } else { "not yet" };
        let role = open.admit(gate, &requester, by, approve, comment, open.digest).map_err(|refused| refused.code())?;
        let vote =
            Vote { by: by.clone(), role: role.clone(), approve, comment: comment.to_owned(), digest: open.digest };
        open.votes.push(vote);
        Ok(role)
    }

    #[test]
    fn a_quorum_decides_and_not_before() {
        let (gate, mut open) = (gate(2, true), open());
        assert_eq!(open.decision(&gate), None);
        assert_eq!(cast(&mut open, &gate, &actor("lee", &["commander"]), true), Ok(role("commander")));
        assert_eq!(open.decision(&gate), None);
        assert_eq!(cast(&mut open, &gate, &actor("park", &["commander"]), true), Ok(role("commander")));
        assert_eq!(open.decision(&gate), Some(true));
    }

    #[test]
    fn one_rejection_outweighs_every_approval() {
        let (gate, mut open) = (gate(2, true), open());
        cast(&mut open, &gate, &actor("lee", &["commander"]), true).unwrap();
        cast(&mut open, &gate, &actor("park", &["business"]), false).unwrap();
        assert_eq!(open.decision(&gate), Some(false));
    }

    #[test]
    fn one_person_counts_once_where_persons_must_be_distinct() {
        let (gate, mut open) = (gate(2, true), open());
        let both = actor("lee", &["commander", "business"]);
        cast(&mut open, &gate, &both, true).unwrap();
        assert_eq!(cast(&mut open, &gate, &both, true), Err("already_voted"));
        assert_eq!(cast(&mut open, &gate, &both, false), Err("already_voted"));
        assert_eq!(open.decision(&gate), None);
    }

    #[test]
    fn one_person_may_fill_each_of_its_roles_once_where_not() {
        let (gate, mut open) = (gate(3, false), open());
        let both = actor("lee", &["commander", "business"]);
        assert_eq!(cast(&mut open, &gate, &both, true), Ok(role("commander")));
        assert_eq!(cast(&mut open, &gate, &both, true), Ok(role("business")));
        assert_eq!(cast(&mut open, &gate, &both, true), Err("already_voted"));
        assert_eq!(open.decision(&gate), None);
        // A role is not used up by that: whoever else holds it votes too.
        assert_eq!(cast(&mut open, &gate, &actor("park", &["commander"]), true), Ok(role("commander")));
        assert_eq!(open.decision(&gate), Some(true));
    }

    #[test]
    fn the_requester_is_kept_out_through_every_door() {
        for via in [Door::Console, Door::CommandLine] {
            let (gate, mut open) = (gate(1, true), open());
            let kim = Actor { via, ..actor("kim", &["commander"]) };
            assert_eq!(cast(&mut open, &gate, &kim, true), Err("requester_excluded"));
            assert_eq!(cast(&mut open, &gate, &kim, false), Err("requester_excluded"));
        }
        let (mut gate, mut open) = (gate(1, true), open());
        gate.exclude.clear();
        assert!(cast(&mut open, &gate, &actor("kim", &["commander"]), true).is_ok());
    }

    #[test]
    fn escalation_roles_vote_only_once_the_gate_is_overdue() {
        let (gate, mut open) = (gate(1, true), open());
        let cio = actor("han", &["cio"]);
        assert_eq!(cast(&mut open, &gate, &cio, true), Err("not_an_approver"));
        open.overdue = true;
        assert_eq!(open.decision(&gate), None, "time alone decides nothing");
        assert_eq!(cast(&mut open, &gate, &cio, true), Ok(role("cio")));
        // The approvers keep their vote.
        assert!(cast(&mut open, &gate, &actor("lee", &["commander"]), true).is_ok());
    }

    #[test]
    fn roles_of_the_console_give_no_vote() {
        let (gate, mut open) = (gate(1, true), open());
        for roles in [&["admin"][..], &["operator"], &["auditor"], &[]] {
            assert_eq!(cast(&mut open, &gate, &actor("yoon", roles), true), Err("not_an_approver"), "{roles:?}");
        }
    }

    #[test]
    fn a_vote_on_something_else_lapses() {
        let (gate, open) = (gate(1, true), open());
        let requester = "kim".parse().unwrap();
        let lee = actor("lee", &["commander"]);
        let refused = open.admit(&gate, &requester, &lee, true, "", Digest::of(b"that"));
        assert_eq!(refused, Err(VoteRefused::Lapsed));
    }

    #[test]
    fn a_rejection_without_a_reason_is_not_taken() {
        let (gate, open) = (gate(1, true), open());
        let requester = "kim".parse().unwrap();
        let lee = actor("lee", &["commander"]);
        for comment in ["", " \n\t"] {
            assert_eq!(open.admit(&gate, &requester, &lee, false, comment, open.digest), Err(VoteRefused::NoReason));
        }
        assert!(open.admit(&gate, &requester, &lee, true, "", open.digest).is_ok(), "an approval needs none");
    }
}
