//! People who may sign in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Grant;
use crate::base::{Lang, TeamId, Timestamp, UserName};
use crate::store::Kept;

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name to sign in with.
    pub name: UserName,
    /// The Argon2id hash of the password, in PHC form.
    pub password: String,
    /// What the person was given alone, by an admin or by the groups of a door.
    #[serde(rename = "grants")]
    pub given: Vec<Grant>,
    /// The teams that the person is in, with what each gives. Written together with the team, and by nothing else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<TeamId, Vec<Grant>>,
    /// Whether what the teams give rests: whoever keeps the account does not let the person in any more.
    #[serde(default)]
    pub resting: bool,
    /// The language of the person's screens.
    pub lang: Lang,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Whether signing in is refused.
    #[serde(default)]
    pub disabled: bool,
    /// Whether the password was printed by the program: until its owner has chosen another one, nothing else is done.
    #[serde(default)]
    pub password_due: bool,
    /// Grows with everything that ends all sessions and tokens of the person; those of an older one count no more. So they end
    /// with the commit of the change itself, whoever opens another one at the same moment.
    #[serde(default)]
    pub epoch: u64,
    /// Until when the glass is broken: then the person commands, operates and approves alone, in `real`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glass_until: Option<Timestamp>,
}

impl User {
    /// A new account that may do nothing yet.
    pub const fn new(name: UserName, password: String, lang: Lang, created_at: Timestamp) -> Self {
        Self {
            name,
            password,
            given: Vec::new(),
            teams: BTreeMap::new(),
            resting: false,
            lang,
            created_at,
            disabled: false,
            password_due: false,
            epoch: 0,
            glass_until: None,
        }
    }

    /// What the person may do, where and in which modes.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.held().map(|(grant, _)| grant)
    }

    /// The same, with the team through which each grant is held, where it is one.
    pub fn held(&self) -> impl Iterator<Item = (&Grant, Option<&TeamId>)> {
        let given = self.given.iter().map(|grant| (grant, None));
        given.chain(self.through_teams().filter(|_| !self.resting))
    }

    /// What the person may do, and what rests until the person is let in again.
    pub(super) fn written(&self) -> impl Iterator<Item = &Grant> {
        self.given.iter().chain(self.through_teams().map(|(grant, _)| grant))
    }

    fn through_teams(&self) -> impl Iterator<Item = (&Grant, Option<&TeamId>)> {
        self.teams.iter().flat_map(|(team, grants)| grants.iter().map(move |grant| (grant, Some(team))))
    }

    /// As it is at an instant: what has run out by then is gone.
    #[must_use]
    pub fn as_of(mut self, now: Timestamp) -> Self {
        self.glass_until = self.glass_until.filter(|until| now < *until);
        self
    }

    /// For the audit log: everything but the password.
    pub fn told(&self) -> Value {
        let mut told = json!({
            "grants": self.given, "lang": self.lang, "disabled": self.disabled, "password_due": self.password_due,
        });
        if !self.teams.is_empty() {
            told["teams"] = json!(self.teams);
            told["resting"] = json!(self.resting);
        }
        told
    }
}

impl Kept for User {
    const KIND: &'static str = "user";

    fn id(&self) -> String {
        self.name.to_string()
    }
}
