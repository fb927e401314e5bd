//! People who may sign in, for those who manage them.

use engine::base::OrgId;
use engine::identity::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Both, Granted, Language, Mode};
use crate::handlers::people::Branch;

/// One page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct People {
    /// By name.
    pub people: Vec<Person>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
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
    /// Of one account: whether its second factor is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<bool>,
    /// After `reset`, this once: the new password. Whoever sends the request again with its key gets the answer without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl Person {
    /// As it is told.
    pub fn of(user: &User) -> Self {
        Self {
            name: user.name.to_string(),
            grants: Granted::all(user),
            lang: user.lang.tag().to_owned(),
            disabled: user.disabled,
            password_due: user.password_due,
            second_factor: None,
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
    /// The language of its screens; Korean where absent.
    pub lang: Option<Language>,
}

/// The account that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonAdded {
    /// Its name.
    pub name: String,
    /// Its password, told this once: whoever sends the request again with its key gets the answer without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// One page of the tree of organisations.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisations {
    /// Each behind the one above it.
    pub organisations: Vec<Organisation>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// An organisation, and what belongs to it directly.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    /// Its path in the tree; `null`: the top.
    pub organisation: Option<String>,
    /// Its runbooks.
    pub runbooks: Vec<OwnRunbook>,
    /// Who holds what here.
    pub people: Vec<Holder>,
}

/// A runbook of an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRunbook {
    /// Its id.
    pub runbook: String,
    /// Its name.
    pub title: Both,
}

/// Somebody who holds a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct Holder {
    /// The name to sign in with.
    pub name: String,
    /// The role.
    pub role: String,
    /// The modes in which it counts.
    pub modes: Vec<Mode>,
    /// The team through which it is held; `null`: given to the person alone.
    pub team: Option<String>,
}

impl Organisation {
    /// As it is told.
    pub(crate) fn of(organisation: Option<&OrgId>, branch: &Branch) -> Self {
        Self {
            organisation: organisation.map(ToString::to_string),
            runbooks: branch
                .runbooks
                .iter()
                .map(|(runbook, title)| OwnRunbook { runbook: runbook.to_string(), title: Both::of(title) })
                .collect(),
            people: branch
                .people
                .iter()
                .map(|(name, grant, team)| Holder {
                    team: team.as_ref().map(ToString::to_string),
                    name: name.to_string(),
                    role: grant.role.to_string(),
                    modes: grant.modes.iter().map(|mode| (*mode).into()).collect(),
                })
                .collect(),
        }
    }
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
    /// Take a role back, exactly as the person was given it. What is held through a team is taken back there.
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
