//! The process and the caller.

use engine::base::TeamId;
use engine::identity::{Grant, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::Mode;

/// How well the process is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// The store answers.
    pub store: bool,
    /// Runs are dispatched.
    pub dispatch: bool,
}

/// A role that is granted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Granted {
    /// The role.
    pub role: String,
    /// For this organisation and all below it; `null`: for all.
    pub organisation: Option<String>,
    /// The modes in which it counts.
    pub modes: Vec<Mode>,
    /// The team through which it is held; `null`: given to the person alone.
    pub team: Option<String>,
}

impl Granted {
    /// All that a person holds.
    pub fn all(user: &User) -> Vec<Self> {
        user.held().map(|(grant, team)| Self::of(grant, team)).collect()
    }

    fn of(grant: &Grant, team: Option<&TeamId>) -> Self {
        Self {
            team: team.map(ToString::to_string),
            role: grant.role.to_string(),
            organisation: grant.org.as_ref().map(ToString::to_string),
            modes: grant.modes.iter().map(|mode| (*mode).into()).collect(),
        }
    }
}

/// Who calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The name of the account.
    pub user: String,
    /// What it may do, and where.
    pub grants: Vec<Granted>,
    /// The language of its screens: `ko` or `en`.
    pub lang: String,
    /// In a session: what changing requests carry in the header `x-csrf-token`. With a token they need none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// With a token: what it is good for, `view`, `act`, `admin` or `alert`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// After this it is no longer good.
    #[schema(format = DateTime)]
    pub expires_at: String,
}
