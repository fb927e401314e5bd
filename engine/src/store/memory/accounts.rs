//! Accounts and sessions in memory.

use std::collections::btree_map::Entry;

use async_trait::async_trait;

use super::Memory;
use crate::base::{Digest, Timestamp, UserName};
use crate::identity::{Accounts, Session, User};
use crate::store::Error;

#[async_trait]
impl Accounts for Memory {
    async fn add_user(&self, user: User) -> Result<bool, Error> {
        match self.kept().users.entry(user.name.clone()) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(place) => {
                place.insert(user);
                Ok(true)
            }
        }
    }

    async fn change_user(&self, user: User) -> Result<bool, Error> {
        let mut kept = self.kept();
        let Some(known) = kept.users.get_mut(&user.name) else { return Ok(false) };
        *known = User { created_at: known.created_at, ..user };
        Ok(true)
    }

    async fn user(&self, name: &UserName) -> Result<Option<User>, Error> {
        Ok(self.kept().users.get(name).cloned())
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        Ok(self.kept().users.values().cloned().collect())
    }

    async fn open_session(&self, session: Session) -> Result<(), Error> {
        let mut kept = self.kept();
        if kept.users.contains_key(&session.user) {
            kept.sessions.entry(session.token).or_insert(session);
        }
        Ok(())
    }

    async fn session(&self, token: Digest, now: Timestamp) -> Result<Option<(Session, User)>, Error> {
        let kept = self.kept();
        let session = kept.sessions.get(&token).filter(|session| now <= session.expires_at);
        let user = session.and_then(|session| kept.users.get(&session.user)).filter(|user| !user.disabled);
        Ok(session.cloned().zip(user.cloned()))
    }

    async fn close_session(&self, token: Digest) -> Result<(), Error> {
        self.kept().sessions.remove(&token);
        Ok(())
    }

    async fn close_sessions_of(&self, user: &UserName) -> Result<(), Error> {
        self.kept().sessions.retain(|_, session| session.user != *user);
        Ok(())
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<(), Error> {
        self.kept().sessions.retain(|_, session| session.expires_at >= now);
        Ok(())
    }
}
