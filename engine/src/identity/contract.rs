//! What a keeper of accounts promises.

use async_trait::async_trait;

use super::Grant;
use crate::base::{Digest, Lang, Timestamp, UserName};
use crate::store::Error;

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub disabled: bool,
    /// Whether the password was printed by the program: until its owner has chosen another one, nothing else is done.
    pub password_due: bool,
}

impl User {
    /// A new account that may do nothing yet.
    pub const fn new(name: UserName, password: String, lang: Lang, created_at: Timestamp) -> Self {
        Self { name, password, grants: Vec::new(), lang, created_at, disabled: false, password_due: false }
    }
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

/// Accounts and sessions.
#[async_trait]
pub trait Accounts: Send + Sync + std::fmt::Debug {
    /// Adds an account; `false` when the name is taken.
    async fn add_user(&self, user: User) -> Result<bool, Error>;

    /// Replaces an account's password, grants, language, `disabled` and `password_due`; `false` when there is none.
    async fn change_user(&self, user: User) -> Result<bool, Error>;

    /// One account.
    async fn user(&self, name: &UserName) -> Result<Option<User>, Error>;

    /// All accounts by name.
    async fn users(&self) -> Result<Vec<User>, Error>;

    /// Opens a session.
    async fn open_session(&self, session: Session) -> Result<(), Error>;

    /// The session of a token and its user; `None` when closed, expired at `now`, or the user is disabled or gone.
    async fn session(&self, token: Digest, now: Timestamp) -> Result<Option<(Session, User)>, Error>;

    /// Closes a session; closing one that is not open does nothing.
    async fn close_session(&self, token: Digest) -> Result<(), Error>;

    /// Closes all sessions of a user.
    async fn close_sessions_of(&self, user: &UserName) -> Result<(), Error>;

    /// Forgets sessions that expired before `now`.
    async fn sweep_sessions(&self, now: Timestamp) -> Result<(), Error>;
}
