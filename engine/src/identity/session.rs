//! Signed-in browsers, and programs with a token.

use serde::{Deserialize, Serialize};

use crate::base::{Digest, Timestamp, UserName};
use crate::store::Kept;

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 of the token in the cookie; the token itself is kept nowhere.
    pub token: Digest,
    /// Who.
    pub user: UserName,
    /// The value that every acting form of this session must carry.
    pub csrf: String,
    /// When it began.
    pub created_at: Timestamp,
    /// After this it is no longer good.
    pub expires_at: Timestamp,
    /// The person's epoch when it began.
    pub epoch: u64,
    /// When the person last showed a password or a code in it; what can not be taken back asks for it anew.
    pub confirmed_at: Option<Timestamp>,
    /// Whether the second factor is still to be shown: until then it is good for nothing else.
    pub half: bool,
    /// The address that it was opened from.
    pub origin: String,
    /// What the browser calls itself.
    pub agent: String,
    /// When it was last used, to within some minutes.
    pub seen_at: Timestamp,
}

impl Kept for Session {
    const KIND: &'static str = "session";

    fn id(&self) -> String {
        self.token.to_string()
    }

    fn group(&self) -> String {
        self.user.to_string()
    }

    fn due(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// What a request asks of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// To look.
    Look,
    /// To tell of an alert of monitoring.
    Alert,
    /// To do something else.
    Act,
    /// To manage people.
    Manage,
}

/// What a token is good for. What is good for acting contains the smaller ones, but for managing people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// To look.
    View,
    /// To do what the person may do, but manage people.
    Act,
    /// To manage people, and to look.
    Admin,
    /// To tell of alerts, and nothing else: not even to look.
    Alert,
}

impl Scope {
    /// All scopes, in the order of lists.
    pub const ALL: [Self; 4] = [Self::View, Self::Act, Self::Admin, Self::Alert];

    /// Whether a token of this scope may be used so. What its person may do is asked besides.
    pub const fn permits(self, wanted: Use) -> bool {
        match self {
            Self::View => matches!(wanted, Use::Look),
            Self::Act => matches!(wanted, Use::Look | Use::Alert | Use::Act),
            Self::Admin => matches!(wanted, Use::Look | Use::Manage),
            Self::Alert => matches!(wanted, Use::Alert),
        }
    }

    /// The word in forms and exports.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Act => "act",
            Self::Admin => "admin",
            Self::Alert => "alert",
        }
    }

    /// Reads [`Scope::keyword`] back.
    pub fn from_keyword(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.keyword() == word)
    }
}

/// A token that a person gave to a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// SHA-256 of the token; the token itself is kept nowhere.
    pub token: Digest,
    /// Whose it is: the program acts as this person.
    pub user: UserName,
    /// What it is for, in the person's words.
    pub label: String,
    /// What it is good for.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// After this it is no longer good.
    pub expires_at: Timestamp,
    /// The person's epoch when it was made.
    pub epoch: u64,
    /// When it was last used, to within some minutes.
    pub used_at: Option<Timestamp>,
}

impl ApiToken {
    /// As the audit log names it: the beginning of its digest, and what its person calls it.
    pub fn told(&self) -> String {
        let label: String = self.label.chars().filter(|c| !c.is_control()).collect();
        format!("token {} {label}", self.token.short())
    }

    /// What stands where a browser has its session. It is kept nowhere, no cookie leads to it, and it has shown no password.
    pub fn as_session(&self, origin: String, now: Timestamp) -> Session {
        Session {
            token: self.token,
            user: self.user.clone(),
            csrf: String::new(),
            created_at: self.created_at,
            expires_at: self.expires_at,
            epoch: self.epoch,
            confirmed_at: None,
            half: false,
            origin,
            agent: self.label.clone(),
            seen_at: now,
        }
    }
}

impl Kept for ApiToken {
    const KIND: &'static str = "api_token";

    fn id(&self) -> String {
        self.token.to_string()
    }

    fn group(&self) -> String {
        self.user.to_string()
    }

    fn due(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}
