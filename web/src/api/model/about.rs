//! The process and the caller.

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
    /// What changing requests carry in the header `x-csrf-token`.
    pub csrf: String,
    /// After this it is no longer good.
    #[schema(format = DateTime)]
    pub expires_at: String,
}
