//! The caller's own account: sessions, tokens, language.

use engine::base::{Digest, Lang};
use engine::identity::{ApiToken, Scope, Session};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::iso;

/// The sessions of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// Those that are good, the one used last first.
    pub sessions: Vec<SessionLine>,
}

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionLine {
    /// What it is ended by. It opens nothing.
    #[schema(value_type = String)]
    pub session: Digest,
    /// Whether it is the one that asks.
    pub own: bool,
    /// What the browser calls itself.
    pub agent: String,
    /// The address that it was opened from.
    pub origin: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub began_at: String,
    /// When it was last used, to within some minutes.
    #[schema(format = DateTime)]
    pub seen_at: String,
    /// After this it is no longer good.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

impl SessionLine {
    /// As it is told to who calls in the session `present`.
    pub fn of(session: Session, present: Digest) -> Self {
        Self {
            session: session.token,
            own: session.token == present,
            agent: session.agent,
            origin: session.origin,
            began_at: iso(session.created_at),
            seen_at: iso(session.seen_at),
            expires_at: iso(session.expires_at),
        }
    }
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// To look.
    View,
    /// To do what the person may do, but manage people.
    Act,
    /// To manage people, and to look.
    Admin,
    /// To tell of alerts, and nothing else.
    Alert,
}

impl From<Scope> for TokenScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::View => Self::View,
            Scope::Act => Self::Act,
            Scope::Admin => Self::Admin,
            Scope::Alert => Self::Alert,
        }
    }
}

impl From<TokenScope> for Scope {
    fn from(scope: TokenScope) -> Self {
        match scope {
            TokenScope::View => Self::View,
            TokenScope::Act => Self::Act,
            TokenScope::Admin => Self::Admin,
            TokenScope::Alert => Self::Alert,
        }
    }
}

/// The tokens that a person gave to programs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// Those that are good, the oldest first; at most fifty.
    pub tokens: Vec<TokenLine>,
}

/// A token.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TokenLine {
    /// What it is taken back by. It opens nothing.
    #[schema(value_type = String)]
    pub token: Digest,
    /// What it is for.
    pub label: String,
    /// What it is good for.
    pub scope: TokenScope,
    /// When it was made.
    #[schema(format = DateTime)]
    pub made_at: String,
    /// After this it is no longer good.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// When it was last used, to within some minutes.
    #[schema(format = DateTime)]
    pub used_at: Option<String>,
}

impl TokenLine {
    /// As it is told.
    pub fn of(token: &ApiToken) -> Self {
        Self {
            token: token.token,
            label: token.label.clone(),
            scope: token.scope.into(),
            made_at: iso(token.created_at),
            expires_at: iso(token.expires_at),
            used_at: token.used_at.map(iso),
        }
    }
}

/// A token that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    #[schema(min_length = 1, max_length = 80)]
    pub label: String,
    /// What it is to be good for.
    pub scope: TokenScope,
    /// For how many days.
    #[schema(minimum = 1, maximum = 366)]
    pub days: u64,
}

/// The token that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenMade {
    /// As in lists.
    #[serde(flatten)]
    pub line: TokenLine,
    /// `rlt_…`, told this once: whoever sends the request again with its key gets the answer without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A language of screens.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Korean.
    Ko,
    /// English.
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Ko => Self::Ko,
            Language::En => Self::En,
        }
    }
}

/// The language that the caller's screens are to be in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Speak {
    /// Which.
    pub lang: Language,
}
