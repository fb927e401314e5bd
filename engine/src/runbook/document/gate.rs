//! Gates: consent of people before going on.

use serde_json::{Value, json};

use super::super::Spanned;
use super::super::diagnostic::Finding;
use super::super::read::{Count, Definitions, Many, Named, Read, Reader, shape, words};
use super::super::tree::{Kind, NodeId};
use crate::base::{Millis, RoleName, Text};

shape! {
    /// Consent of people before going on.
    pub struct Gate ["a gate", "승인 게이트"] {
        /// What is being asked.
        "question" => question: Text,
        /// Roles of which one is needed to vote. Left out where quorum names them.
        "approvers" => approvers: Spanned<Vec<RoleName>>,
        /// Approvals needed, 1 where absent; or how many from each role: {commander: 1, business-owner: 1}.
        "quorum" => quorum: Spanned<Quorum>,
        /// Whether each approval must come from another person; true where absent.
        "distinct" => distinct: bool,
        /// Whether each approval must come from another role; false where absent.
        "distinct_roles" => distinct_roles: bool,
        /// Who may not vote although the role would allow it: requester, author.
        "exclude" => exclude: Spanned<Vec<Exclusion>>,
        /// After this the gate is overdue; half of it after the opening its approvers are reminded.
        "timeout" => timeout: Millis,
        /// Who may vote as well, and from when on.
        "escalate" => escalate: Vec<Escalation>,
        /// What becomes of an overdue gate: wait (default: it goes on asking), fail or reject. It never approves by itself.
        "on_timeout" => on_timeout: Spanned<OnTimeout>,
        /// What a rejection leads to: fail (default), abort, rollback, or {branch: units that are run instead}.
        "on_reject" => on_reject: OnReject,
    }
}

impl Gate {
    /// The names of what a rejection leads to, where it leads to a branch.
    pub fn branch_written(&self) -> Option<&[Spanned<Box<str>>]> {
        match self.on_reject.as_ref()? {
            OnReject::Branch(branched) => branched.branch.as_ref().map(|branch| branch.value.0.as_slice()),
            OnReject::Fail | OnReject::Abort | OnReject::Rollback => None,
        }
    }
}

/// How many approvals a gate wants.
#[derive(Debug, Clone)]
pub enum Quorum {
    /// So many, by whichever of its roles.
    Any(Count<1, 100>),
    /// So many of each role.
    Each(Vec<Named<RoleName, Count<1, 100>>>),
}

impl Read for Quorum {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) => Read::read(reader, at).map(Self::Each),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                Read::read(reader, at).map(Self::Any)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let each = <Vec<Named<RoleName, Count<1, 100>>>>::schema(definitions);
        json!({ "anyOf": [Count::<1, 100>::schema(definitions), each] })
    }
}

shape! {
    /// A level of escalation.
    pub struct Escalation ["an item of `escalate`", "`escalate`의 항목"] {
        /// From when on: so long after the opening (5m), or a share of the time-out (50%).
        (required) "after" => after: Spanned<After>,
        /// Roles that may vote as well from then on.
        (required) "roles" => roles: Spanned<Vec<RoleName>>,
    }
}

/// A time after the opening of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// So long.
    Time(Millis),
    /// So many of a hundred parts of the time-out.
    Share(u8),
}

impl Read for After {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a duration or a share such as `50%`", "시간 또는 `50%` 같은 비율"])?;
        let Some(share) = written.trim().strip_suffix('%') else {
            return Millis::read(reader, at).map(Self::Time);
        };
        let share = share.trim_end().parse::<u8>().ok().filter(|share| (1..=100).contains(share));
        share.map(Self::Share).or_else(|| {
            reader.bad(at, || {
                Finding::new(
                    format!("`{written}` is not a share of the time-out"),
                    format!("`{written}`은(는) 제한 시간의 비율로 읽을 수 없습니다"),
                )
                .help("write a whole number from `1%` to `100%`", "`1%`부터 `100%`까지의 정수로 쓰십시오")
            })
        })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let share = json!({ "type": "string", "pattern": r"^\s*([1-9][0-9]?|100)\s*%\s*$" });
        json!({ "anyOf": [Millis::schema(definitions), share] })
    }
}

words! {
    /// Persons kept from voting.
    pub enum Exclusion {
        /// Who declared the run.
        Requester = "requester",
        /// Who wrote the runbook: the persons under `authors`.
        Author = "author",
    }
}

/// What becomes of a gate whose time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTimeout {
    /// It goes on asking.
    Wait,
    /// Its unit fails.
    Fail,
    /// It is rejected.
    Reject,
    /// Written by people who wish that silence were consent; refused with a code of its own.
    Approve,
}

impl Read for OnTimeout {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["one word", "낱말 하나"])?;
        match written.as_str() {
            "wait" => Some(Self::Wait),
            "fail" => Some(Self::Fail),
            "reject" => Some(Self::Reject),
            "approve" => Some(Self::Approve),
            _ => reader.not_a_word(at, &written, &["wait", "fail", "reject"]),
        }
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "enum": ["wait", "fail", "reject"] })
    }
}

/// What a rejected gate does.
#[derive(Debug, Clone)]
pub enum OnReject {
    /// The unit fails.
    Fail,
    /// The run is aborted.
    Abort,
    /// The run goes back to its last safe point.
    Rollback,
    /// The run goes on with these units or stages, instead of what comes after the gate.
    Branch(Branched),
}

shape! {
    /// Where a rejection leads.
    pub struct Branched ["`on_reject`", "`on_reject`"] {
        /// Units or stages that are part of the run only where the gate is rejected.
        (required) "branch" => branch: Spanned<Many<Spanned<Box<str>>>>,
    }
}

impl Read for OnReject {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        if let Kind::Map(_) = reader.tree.kind(at) {
            return Branched::read(reader, at).map(Self::Branch);
        }
        let written = reader.scalar(at, ["one word or `{branch: …}`", "낱말 하나 또는 `{branch: …}`"])?;
        match written.as_str() {
            "fail" => Some(Self::Fail),
            "abort" => Some(Self::Abort),
            "rollback" => Some(Self::Rollback),
            _ => reader.not_a_word(at, &written, &["fail", "abort", "rollback"]),
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [{ "enum": ["fail", "abort", "rollback"] }, Branched::schema(definitions)] })
    }
}
