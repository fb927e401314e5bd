//! People who may sign in, for those who manage them.

use engine::identity::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Granted, Mode};

/// Accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct People {
    /// By name.
    pub people: Vec<Person>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// The name to sign in with.
    pub name: String,
    /// What it may do, and where.
    pub grants: Vec<Granted>,
    /// The language of its screens: `ko` or `en`.
    pub lang: String,
    /// Whether signing in is refused.
    pub disabled: bool,
    /// Whether its password is only good for choosing another one.
    pub password_due: bool,
    /// After `reset`, this once: the new password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl Person {
    /// As it is told.
    pub fn of(user: &User) -> Self {
        Self {
            name: user.name.to_string(),
            grants: user.grants.iter().map(Granted::of).collect(),
            lang: user.lang.tag().to_owned(),
            disabled: user.disabled,
            password_due: user.password_due,
            password: None,
        }
    }
}

/// An account that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The name to sign in with: small letters, digits and `-`.
    pub name: String,
    /// The language of its screens, `ko` or `en`; `ko` where absent.
    pub lang: Option<String>,
}

/// The account that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonAdded {
    /// Its name.
    pub name: String,
    /// Its password, told this once.
    pub password: String,
}

/// What is done with an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum PersonAct {
    /// Give a role. One that is held at the same place is replaced.
    Grant {
        /// The role.
        role: String,
        /// For this organisation and all below it; absent: for all.
        organisation: Option<String>,
        /// The modes in which it counts; at least one.
        #[schema(min_items = 1)]
        modes: Vec<Mode>,
    },
    /// Take a role back, exactly as it is held.
    Ungrant {
        /// The role.
        role: String,
        /// The organisation of the grant.
        organisation: Option<String>,
        /// The modes of the grant.
        #[schema(min_items = 1)]
        modes: Vec<Mode>,
    },
    /// Refuse the account from now on, its open sessions and tokens too.
    Disable {},
    /// Let it in again.
    Enable {},
    /// Forget its wrong passwords.
    Unlock {},
    /// Give it another password and turn its second factor off; sessions and tokens end.
    Reset {},
}
