//! From a name and a password to a session, and from a cookie back to a person.

use std::net::IpAddr;
use std::sync::Arc;

use engine::base::{Clock, Digest, Lang, Millis, Secret, UserName};
use engine::identity::{Accounts, Grant, Session, User};
use engine::store;

use super::{PasswordError, Token, Tries, passwords};

/// A session ends this long after signing in.
pub(super) const LASTS: Millis = Millis(12 * 3_600_000);

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Name or password is wrong; which, is not said.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; try again in {0}")]
    Wait(Millis),
    /// The accounts can not be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The password can not be checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The system gives no randomness.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Started {
    /// For the cookie.
    pub token: Token,
    /// Who.
    pub user: User,
}

/// Signing in and out.
#[derive(Debug, Clone)]
pub struct SignIns {
    accounts: Arc<dyn Accounts>,
    clock: Arc<dyn Clock>,
    tries: Arc<Tries>,
}

impl SignIns {
    /// Over the accounts of a store.
    pub fn new(accounts: Arc<dyn Accounts>, clock: Arc<dyn Clock>) -> Self {
        Self { accounts, clock, tries: Arc::default() }
    }

    /// Opens a session, with a new token whatever the browser carried before.
    pub async fn begin(&self, name: &str, password: Secret, peer: IpAddr) -> Result<Started, Refusal> {
        let now = self.clock.now();
        if let Some(wait) = self.tries.wait(name, peer, now) {
            return Err(Refusal::Wait(wait));
        }
        let user = match name.parse::<UserName>() {
            Ok(name) => self.accounts.user(&name).await?.filter(|user| !user.disabled),
            Err(_) => None,
        };
        let fits = passwords::fits(password, user.as_ref().map(|user| user.password.clone())).await?;
        let Some(user) = user.filter(|_| fits) else {
            self.tries.wrong(name, peer, now);
            return Err(Refusal::Wrong);
        };
        self.tries.right(name, peer);
        self.accounts.sweep_sessions(now).await?;
        self.open(user).await
    }

    /// Gives an account a new password, ends all its sessions and opens one with a new token.
    pub async fn change_password(
        &self,
        user: &User,
        present: Secret,
        chosen: Secret,
        peer: IpAddr,
    ) -> Result<Started, Refusal> {
        let (name, now) = (user.name.as_str(), self.clock.now());
        if let Some(wait) = self.tries.wait(name, peer, now) {
            return Err(Refusal::Wait(wait));
        }
        if !passwords::fits(present, Some(user.password.clone())).await? {
            self.tries.wrong(name, peer, now);
            return Err(Refusal::Wrong);
        }
        self.tries.right(name, peer);
        let user = User { password: passwords::hash(chosen).await?, password_due: false, ..user.clone() };
        self.accounts.change_user(user.clone()).await?;
        self.accounts.close_sessions_of(&user.name).await?;
        self.open(user).await
    }

    /// Opens a session for somebody who has shown who they are, with a new token whatever the browser carried before.
    pub(super) async fn open(&self, user: User) -> Result<Started, Refusal> {
        let (token, now) = (Token::fresh()?, self.clock.now());
        let session = Session {
            token: token.digest(),
            user: user.name.clone(),
            csrf: Token::fresh()?.reveal(),
            created_at: now,
            expires_at: now.plus(LASTS),
        };
        self.accounts.open_session(session).await?;
        Ok(Started { token, user })
    }

    /// Closes a session.
    pub async fn end(&self, token: Digest) -> Result<(), store::Error> {
        self.accounts.close_session(token).await
    }

    /// The session of a cookie's token and its user, while it is good.
    pub async fn resume(&self, token: &Token) -> Result<Option<(Session, User)>, store::Error> {
        self.accounts.session(token.digest(), self.clock.now()).await
    }
}

/// An account that is to be.
#[derive(Debug)]
pub struct NewUser {
    /// The name to sign in with.
    pub name: UserName,
    /// Its password.
    pub password: Secret,
    /// Whether that password is only good for choosing another one.
    pub password_due: bool,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// The language of its screens.
    pub lang: Lang,
}

/// Adds an account; `false` when the name is taken.
pub async fn new_user(accounts: &dyn Accounts, clock: &dyn Clock, new: NewUser) -> Result<bool, Refusal> {
    let NewUser { name, password, password_due, grants, lang } = new;
    let password = passwords::hash(password).await?;
    let user = User { grants, password_due, ..User::new(name, password, lang, clock.now()) };
    Ok(accounts.add_user(user).await?)
}
