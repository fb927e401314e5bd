//! What people do with their own account: language and sessions.

use engine::base::{Digest, Lang, Timestamp, UserName};
use engine::identity::{Session, User};
use engine::store::{self, Changed, Query, Versioned};
use engine::telling::{self, Occasion};

use super::guard::ATTEMPTS;
use super::second::done;
use super::{By, Refusal, SignIns};

impl SignIns {
    /// Changes an account, as often as somebody else changes it at the same time.
    pub(super) async fn alter(
        &self,
        name: &UserName,
        by: &By,
        act: &str,
        alter: impl Fn(&User) -> Result<User, Refusal>,
    ) -> Result<User, Refusal> {
        self.alter_and_tell(name, by, act, alter, |_, _| None).await
    }

    /// The same, and raises in the same transaction what people are told about it.
    pub(super) async fn alter_and_tell(
        &self,
        name: &UserName,
        by: &By,
        act: &str,
        alter: impl Fn(&User) -> Result<User, Refusal>,
        tell: impl Fn(&User, Timestamp) -> Option<Occasion>,
    ) -> Result<User, Refusal> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let found = store::find::<User>(&*self.store, name.as_str()).await?.ok_or(Refusal::Nothing)?;
            let altered = alter(&found.value)?;
            if altered == found.value {
                return Ok(altered);
            }
            let deed = by.change(now, act, format!("user/{name}"), (found.value.told(), altered.told()));
            let mut changes = vec![found.put(&altered)?];
            if let Some(occasion) = tell(&altered, now) {
                changes.extend(telling::raise(occasion)?);
            }
            if self.store.change(now, changes, vec![deed]).await? == Changed::Done {
                return Ok(altered);
            }
        }
        Err(Refusal::Busy)
    }

    /// Keeps the language of a person's screens.
    pub async fn speak(&self, user: &User, lang: Lang, by: &By) -> Result<(), Refusal> {
        self.alter(&user.name, by, "user.lang", |user| Ok(User { lang, ..user.clone() })).await.map(drop)
    }

    /// The sessions of a person that are good, the one used last first.
    pub async fn sessions(&self, user: &User) -> Result<Vec<Session>, Refusal> {
        let now = self.clock.now();
        let found = store::list::<Session>(&*self.store, Query::group(user.name.as_str())).await?;
        let good = |session: &Session| session.epoch == user.epoch && now <= session.expires_at;
        let mut sessions: Vec<Session> = found.into_iter().map(|found| found.value).filter(good).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.seen_at));
        Ok(sessions)
    }

    /// Ends one of a person's own sessions.
    pub async fn revoke_session(&self, user: &User, token: Digest, by: &By) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let found = store::find::<Session>(&*self.store, &token.to_string()).await?;
            let found: Versioned<Session> =
                found.filter(|found| found.value.user == user.name).ok_or(Refusal::Nothing)?;
            let object = format!("user/{}", user.name);
            let deed = by.deed(now, "session.revoke", object);
            if self.store.change(now, vec![found.remove()], vec![deed]).await? == Changed::Done {
                return Ok(());
            }
        }
        Err(Refusal::Busy)
    }

    /// Ends all sessions and tokens of a person.
    pub async fn revoke_all(&self, user: &User, by: &By) -> Result<(), Refusal> {
        let ended = |user: &User| Ok(User { epoch: user.epoch + 1, ..user.clone() });
        self.alter(&user.name, by, "session.revoke_all", ended).await?;
        self.forget_sessions(user).await
    }

    /// Removes what an epoch has ended already.
    pub(super) async fn forget_sessions(&self, user: &User) -> Result<(), Refusal> {
        let now = self.clock.now();
        for found in store::list::<Session>(&*self.store, Query::group(user.name.as_str())).await? {
            if found.value.epoch <= user.epoch {
                // Somebody else removes it too.
                let (Ok(()) | Err(Refusal::Busy)) =
                    done(&self.store.change(now, vec![found.remove()], Vec::new()).await?)
                else {
                    continue;
                };
            }
        }
        Ok(())
    }
}
