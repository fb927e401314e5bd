//! From a name and a password to a session, and from a cookie back to a person.

use std::sync::Arc;

use engine::base::{Clock, Digest, Millis, Secret, Timestamp};
use engine::identity::{SecondFactor, Session, User};
use engine::run::{Actor, Door};
use engine::secrets::Sealed;
use engine::store::{self, Change, Changed, Store, Versioned};

use super::failures::{Failures, known};
use super::guard::{self, ATTEMPTS};
use super::passwords::Hasher;
use super::{By, Came, Refusal, Token};

/// A session ends this long after signing in.
pub(super) const LASTS: Millis = Millis(12 * 3_600_000);
/// A session that waits for the second factor ends sooner.
const HALF_LASTS: Millis = Millis::minutes(10);
/// A session that is used says so at most so often.
const SEEN_EVERY: Millis = Millis::minutes(5);
/// So long ago a password or a code may have been shown for what can not be taken back.
const CONFIRMED_FOR: Millis = Millis::minutes(5);

/// A session that has just begun.
#[derive(Debug)]
pub struct Started {
    /// For the cookie.
    pub token: Token,
    /// Who.
    pub user: User,
    /// Whether the second factor is still to be shown.
    pub half: bool,
}

/// The hash of an account's own password; who comes through a directory has none.
fn own_hash(user: &User) -> Option<String> {
    Some(user.password.clone()).filter(|hash| !hash.is_empty())
}

/// Signing in and out, and what people do with their own accounts.
#[derive(Debug, Clone)]
pub struct SignIns {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sealed: Option<Sealed>,
    pub(super) hasher: Hasher,
    pub(super) failures: Arc<Failures>,
    pub(super) denials: Arc<Failures>,
}

impl SignIns {
    /// Over the records of a store. Secrets of authenticators are sealed with the key of `sealed`, where there is one.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, sealed: Option<Sealed>) -> Self {
        Self { store, clock, sealed, hasher: Hasher::default(), failures: Arc::default(), denials: Arc::default() }
    }

    /// What hashes the passwords.
    pub const fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// Opens a session, with a new token whatever the browser carried before.
    ///
    /// For a name that nobody has the same is done: the try is counted, a hash is computed, the failure is written down.
    pub async fn begin(&self, name: &str, password: Secret, came: &Came) -> Result<Started, Refusal> {
        let now = self.clock.now();
        guard::count(&*self.store, name, came.peer, now).await?;
        let user = known(&*self.store, name).await?.filter(|user| !user.disabled);
        let fits = self.hasher.fits(password, user.as_ref().and_then(own_hash)).await?;
        let Some(user) = user.filter(|_| fits) else {
            self.failed(name, "user.sign_in", came, now).await?;
            return Err(Refusal::Wrong);
        };
        guard::sweep(&*self.store, now).await?;
        let half = self.has_second(&user).await?;
        if !half {
            guard::right(&*self.store, name, came.peer, now).await?;
        }
        self.open(user, came, half, Vec::new(), "user.sign_in").await
    }

    /// Shows the second factor: the half session ends, and a whole one begins with another token.
    pub async fn second(&self, half: &Session, user: &User, code: &str, came: &Came) -> Result<Started, Refusal> {
        let now = self.clock.now();
        guard::count(&*self.store, user.name.as_str(), came.peer, now).await?;
        let Some(taken) = self.take_code(user, code, now).await? else {
            self.failed(user.name.as_str(), "user.second_factor", came, now).await?;
            return Err(Refusal::Wrong);
        };
        let mut changes = vec![taken];
        changes.extend(self.session_of(half.token).await?.map(|found| found.remove()));
        guard::right(&*self.store, user.name.as_str(), came.peer, now).await?;
        self.open(user.clone(), came, false, changes, "user.second_factor").await
    }

    /// Gives an account a new password, ends all its sessions and tokens, and opens a session with a new token.
    pub async fn change_password(
        &self,
        user: &User,
        present: Secret,
        chosen: Secret,
        came: &Came,
    ) -> Result<Started, Refusal> {
        let (name, now) = (user.name.as_str(), self.clock.now());
        guard::count(&*self.store, name, came.peer, now).await?;
        let found = store::find::<User>(&*self.store, name).await?.ok_or(Refusal::Nothing)?;
        if !self.hasher.fits(present, own_hash(&found.value)).await? {
            self.failed(name, "user.password", came, now).await?;
            return Err(Refusal::Wrong);
        }
        guard::right(&*self.store, name, came.peer, now).await?;
        let password = self.hasher.hash(chosen).await?;
        let changed = User { password, password_due: false, epoch: found.value.epoch + 1, ..found.value.clone() };
        let put = found.put(&changed)?;
        self.open(changed, came, false, vec![put], "user.password").await
    }

    /// Shows password or code once more in a session, for what can not be taken back.
    pub async fn confirm(
        &self,
        session: &Session,
        user: &User,
        (password, code): (Secret, &str),
        came: &Came,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        guard::count(&*self.store, user.name.as_str(), came.peer, now).await?;
        let mut changes = Vec::new();
        let shown = if code.is_empty() {
            self.hasher.fits(password, own_hash(user)).await?
        } else {
            let taken = self.take_code(user, code, now).await?;
            changes.extend(taken);
            !changes.is_empty()
        };
        if !shown {
            self.failed(user.name.as_str(), "session.confirm", came, now).await?;
            return Err(Refusal::Wrong);
        }
        self.has_confirmed(session, user, changes, came).await
    }

    /// Writes into a session that its person has shown just now who that is, together with what made it possible.
    pub(super) async fn has_confirmed(
        &self,
        session: &Session,
        user: &User,
        changes: Vec<Change>,
        came: &Came,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        guard::right(&*self.store, user.name.as_str(), came.peer, now).await?;
        for _ in 0..ATTEMPTS {
            let found = self.session_of(session.token).await?.ok_or(Refusal::Nothing)?;
            let confirmed = Session { confirmed_at: Some(now), ..found.value.clone() };
            let deed = By::oneself(user, came.peer).deed(now, "session.confirm", format!("user/{}", user.name));
            let mut all = changes.clone();
            all.push(found.put(&confirmed)?);
            match self.store.change(now, all, vec![deed]).await? {
                Changed::Done => return Ok(()),
                // The code was taken by somebody else in the same instant.
                Changed::Stale { kind, .. } if kind == <SecondFactor as store::Kept>::KIND => {
                    return Err(Refusal::Wrong);
                }
                Changed::Stale { .. } => {}
            }
        }
        Err(Refusal::Busy)
    }

    /// When a password or a code was shown in a session, while that still counts.
    pub fn confirmed(&self, session: &Session) -> Option<Timestamp> {
        session.confirmed_at.filter(|at| self.clock.now() <= at.plus(CONFIRMED_FOR))
    }

    /// Opens a session for somebody who has shown elsewhere who that is, with a new token whatever the browser carried before.
    /// Whoever has turned a second factor on here shows it here.
    pub(super) async fn let_in(&self, user: User, came: &Came) -> Result<Started, Refusal> {
        let half = self.has_second(&user).await?;
        self.open(user, came, half, Vec::new(), "user.sign_in").await
    }

    /// Opens a session, together with what made it possible.
    async fn open(
        &self,
        user: User,
        came: &Came,
        half: bool,
        mut changes: Vec<Change>,
        act: &str,
    ) -> Result<Started, Refusal> {
        let (token, now) = (Token::fresh()?, self.clock.now());
        let session = Session {
            token: token.digest(),
            user: user.name.clone(),
            csrf: Token::fresh()?.reveal(),
            created_at: now,
            expires_at: now.plus(if half { HALF_LASTS } else { LASTS }),
            epoch: user.epoch,
            confirmed_at: (!half).then_some(now),
            half,
            origin: came.peer.to_string(),
            agent: came.agent.clone(),
            seen_at: now,
        };
        changes.push(store::add(&session)?);
        let act = if half { "user.password_right" } else { act };
        let deed = By::oneself(&user, came.peer).deed(now, act, format!("user/{}", user.name));
        match self.store.change(now, changes, vec![deed]).await? {
            Changed::Done => Ok(Started { token, user, half }),
            // The account was changed, or the same code was shown, in the same instant.
            Changed::Stale { .. } => Err(Refusal::Wrong),
        }
    }

    /// Closes a session.
    pub async fn end(&self, session: &Session, came: &Came) -> Result<(), Refusal> {
        let now = self.clock.now();
        if let Some(found) = self.session_of(session.token).await? {
            let actor = Actor { name: session.user.clone(), roles: Vec::new(), via: Door::Console };
            let by = By { actor, origin: came.peer.to_string(), user: None };
            let deed = by.deed(now, "user.sign_out", format!("user/{}", session.user));
            // Changed meanwhile, it is only just used: the next click ends it.
            let (Changed::Done | Changed::Stale { .. }) =
                self.store.change(now, vec![found.remove()], vec![deed]).await?;
        }
        Ok(())
    }

    pub(super) async fn session_of(&self, token: Digest) -> Result<Option<Versioned<Session>>, store::Error> {
        store::find::<Session>(&*self.store, &token.to_string()).await
    }

    /// The session of a cookie's token and its user, while it is good.
    pub async fn resume(&self, token: &Token) -> Result<Option<(Session, User)>, store::Error> {
        let now = self.clock.now();
        let Some(found) = self.session_of(token.digest()).await? else { return Ok(None) };
        let session = &found.value;
        let user = store::find::<User>(&*self.store, session.user.as_str()).await?.map(|found| found.value);
        let user = user.filter(|user| now <= session.expires_at && !user.disabled && user.epoch == session.epoch);
        let Some(user) = user else { return Ok(None) };
        if session.seen_at.plus(SEEN_EVERY) < now {
            let seen = Session { seen_at: now, ..session.clone() };
            // Another request of the same browser says it too, or the store only reads at the moment: the page is shown anyhow.
            let _ = self.store.change(now, vec![found.put(&seen)?], Vec::new()).await;
        }
        Ok(Some((found.value, user.as_of(now))))
    }
}
