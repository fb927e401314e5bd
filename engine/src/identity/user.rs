//! People who may sign in.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Grant;
use crate::base::{Lang, Timestamp, UserName};
use crate::store::Kept;

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name to sign in with.
    pub name: UserName,
    /// The Argon2id hash of the password, in PHC form.
    pub password: String,
    /// What the person may do, where and in which modes.
    pub grants: Vec<Grant>,
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
            grants: Vec::new(),
            lang,
            created_at,
            disabled: false,
            password_due: false,
            epoch: 0,
            glass_until: None,
        }
    }

    /// As it is at an instant: what has run out by then is gone.
    #[must_use]
    pub fn as_of(mut self, now: Timestamp) -> Self {
        self.glass_until = self.glass_until.filter(|until| now < *until);
        self
    }

    /// For the audit log: everything but the password.
    pub fn told(&self) -> Value {
        json!({
            "grants": self.grants, "lang": self.lang, "disabled": self.disabled, "password_due": self.password_due,
        })
    }
}

impl Kept for User {
    const KIND: &'static str = "user";

    fn id(&self) -> String {
        self.name.to_string()
    }
}
