//! The door of those whom a directory knows.

use std::time::Duration;

use engine::base::{Lang, Secret, Text, Timestamp};
use serde_json::json;
use tokio::sync::Semaphore;

use super::outsiders::Arrival;
use super::{AT_ONCE, Denied, Outsiders, Rules, Secrets, Source};
use crate::accounts::ldap::{Answer, Directory, Settings};
use crate::accounts::{Came, Refusal, SignIns, Started, account_name, guard};
use crate::config::Door;

/// A directory and what its groups mean here.
#[derive(Debug)]
pub struct DirectoryDoor {
    /// What the sign-in page calls it.
    pub title: Text,
    pub(super) directory: Directory,
    pub(super) rules: Rules,
    pub(super) recheck: Duration,
    places: Semaphore,
}

/// What somebody wrote into the form.
#[derive(Debug)]
pub struct Written<'a> {
    /// The name.
    pub name: &'a str,
    /// The password.
    pub password: Secret,
    /// From where.
    pub came: &'a Came,
    /// The language of the form.
    pub lang: Lang,
    /// When.
    pub now: Timestamp,
}

impl DirectoryDoor {
    pub(super) fn new(door: Door<Settings>, recheck: Duration, secrets: Secrets) -> Self {
        let Door { title, settings, rules } = door;
        Self {
            title,
            directory: Directory::new(settings, secrets),
            rules: Rules::of_entries(rules),
            recheck,
            places: Semaphore::new(AT_ONCE),
        }
    }

    /// Opens a session for who is known by this name and password.
    pub async fn enter(
        &self,
        sign_ins: &SignIns,
        outsiders: &Outsiders,
        written: Written<'_>,
    ) -> Result<Started, Denied> {
        let Written { name, password, came, lang, now } = written;
        guard::count(&*sign_ins.store, name, came.peer, now).await.map_err(|why| match why {
            Refusal::Wait(wait) => Denied::Wait(wait),
            other => Denied::Own(other),
        })?;
        let answer = {
            let _place = self.places.try_acquire().map_err(|_| Denied::Busy)?;
            self.directory.sign_in(name, &password).await
        };
        let profile = match answer {
            Ok(Answer::Known(profile)) => profile,
            Ok(Answer::Wrong) => return Err(Denied::Wrong),
            Ok(Answer::Nobody) => {
                if let Ok(name) = account_name(name) {
                    outsiders.dismiss(&name, &Source::Ldap).await?;
                }
                return Err(Denied::Wrong);
            }
            Ok(Answer::Barred { name, why }) => {
                outsiders.dismiss(&name, &Source::Ldap).await?;
                return Err(Denied::Barred(why));
            }
            Err(trouble) => {
                tracing::error!(%trouble, "the directory says nothing about a person");
                return Err(Denied::Away);
            }
        };
        guard::right(&*sign_ins.store, name, came.peer, now).await?;
        let grants = self.rules.grants(&profile.groups);
        let arrival =
            Arrival { source: Source::Ldap, profile, grants, shown: json!(["password"]), peer: came.peer, lang };
        let user = outsiders.admit(&arrival).await?;
        Ok(sign_ins.let_in(user, came).await?)
    }
}
