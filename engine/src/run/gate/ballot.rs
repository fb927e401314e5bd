//! What is cast at a gate, and in whose name.

use serde::{Deserialize, Serialize};

use super::super::Vote;
use crate::base::{Digest, RoleName, Text, Timestamp, UserName};

/// A vote as it was cast, before anybody looked at the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Yes or no.
    pub approve: bool,
    /// Said with it; a rejection must have one.
    pub comment: String,
    /// What the voter saw: the digest of the open gate.
    pub digest: Digest,
    /// The role that it shall count for; where absent, the first that the voter holds and the gate still wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleName>,
    /// When who casts it has shown again who he is. Filled in by the door, never by the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// In whose name.
    #[serde(default, skip_serializing_if = "Hand::is_own")]
    pub hand: Hand,
}

/// In whose name a vote is cast.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// In one's own.
    #[default]
    Own,
    /// As somebody's delegate.
    For(Delegation),
    /// Told by phone, and entered by the situation room.
    Phone(Call),
}

/// A delegation (전결·대행) as it was when the vote was cast. The door finds it in the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Who is stood in for.
    pub from: UserName,
    /// Roles of that person which the delegation hands on.
    pub roles: Vec<RoleName>,
    /// From when on.
    pub since: Timestamp,
    /// Until when; at that very instant it is over.
    pub until: Timestamp,
    /// Why it was given.
    pub reason: String,
}

/// A vote told by phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Who voted.
    pub approver: UserName,
    /// Roles of that person, found in the accounts by the door.
    pub roles: Vec<RoleName>,
    /// Who listened as well.
    pub witness: UserName,
    /// When the call was.
    pub called_at: Timestamp,
}

impl Ballot {
    /// A vote in one's own name, for whichever role it counts.
    pub const fn new(approve: bool, comment: String, digest: Digest) -> Self {
        Self { approve, comment, digest, role: None, confirmed_at: None, hand: Hand::Own }
    }
}

impl Hand {
    /// Whether the vote is cast in one's own name.
    pub const fn is_own(&self) -> bool {
        matches!(self, Self::Own)
    }

    /// The person in whose name it is cast, where that is another than who casts it.
    pub const fn on_behalf_of(&self) -> Option<&UserName> {
        match self {
            Self::Own => None,
            Self::For(delegation) => Some(&delegation.from),
            Self::Phone(call) => Some(&call.approver),
        }
    }

    /// Who voted, when `by` cast it, in words: `kim (for lee)`, `lee (by phone, entered by han, witness choi)`.
    pub fn who(&self, by: &UserName) -> Text {
        match self {
            Hand::Own => Text::plain(by.as_str()),
            Hand::For(Delegation { from, .. }) => {
                Text::new(format!("{by} ({from} 대행)"), format!("{by} (for {from})"))
            }
            Hand::Phone(Call { approver, witness, called_at, .. }) => {
                let at = called_at.in_seoul();
                Text::new(
                    format!("{approver} ({at} 전화, {by} 입력, {witness} 입회)"),
                    format!("{approver} (by phone at {at}, entered by {by}, witness {witness})"),
                )
            }
        }
    }
}

impl Vote {
    /// Who voted: on the phone the approver, not the scribe.
    pub const fn voter(&self) -> &UserName {
        match &self.hand {
            Hand::Own | Hand::For(_) => &self.by.name,
            Hand::Phone(call) => &call.approver,
        }
    }

    /// Who was stood in for by the voter.
    pub const fn stood_in_for(&self) -> Option<&UserName> {
        match &self.hand {
            Hand::For(delegation) => Some(&delegation.from),
            Hand::Own | Hand::Phone(_) => None,
        }
    }

    /// Whose vote is spent by it: who voted, and who was stood in for.
    pub fn spends(&self, person: &UserName) -> bool {
        self.stood_in_for() == Some(person) || self.voter() == person
    }

    /// Whether it was cast in one's own name by who broke the glass: such a vote needs no other.
    pub fn is_by_glass(&self) -> bool {
        self.hand.is_own() && self.by.breaks_glass()
    }

    /// Who voted, in words.
    pub fn who(&self) -> Text {
        self.hand.who(&self.by.name)
    }
}
