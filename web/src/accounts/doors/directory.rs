//! The door of those whom a directory knows.

use std::time::Duration;

use engine::base::{Lang, Secret, Text, Timestamp};
use engine::identity::{Session, User};
use serde_json::json;
use tokio::sync::Semaphore;

use super::outsiders::Arrival;
use super::{AT_ONCE, Denied, Outsiders, Rules, Secrets, Source};
use crate::accounts::ldap::{Answer, Directory, Settings};
use crate::accounts::{Came, Profile, Refusal, SignIns, Started, account_name, guard};
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
        let Written { name, came, lang, now, .. } = written;
        let profile = self.ask(sign_ins, outsiders, written, "user.sign_in").await?;
        let grants = self.rules.grants(&profile.groups);
        let arrival =
            Arrival { source: Source::Ldap, profile, grants, shown: json!(["password"]), peer: came.peer, lang };
        let user = outsiders.admit(&arrival).await?;
        let started = sign_ins.let_in(user, came).await?;
        if !started.half {
            guard::right(&*sign_ins.store, name, came.peer, now).await?;
        }
        Ok(started)
    }

    /// Shows the password of the directory once more in a session that it opened.
    pub async fn confirm(
        &self,
        (sign_ins, outsiders): (&SignIns, &Outsiders),
        (session, user): (&Session, &User),
        written: Written<'_>,
    ) -> Result<(), Denied> {
        let came = written.came;
        let profile = self.ask(sign_ins, outsiders, written, "session.confirm").await?;
        // What the directory takes for this name may by now be somebody else.
        let outsider = outsiders.of(user).await?;
        if profile.name != user.name || !outsider.is_some_and(|outsider| outsider.is(&Source::Ldap, &profile)) {
            return Err(Denied::Wrong);
        }
        Ok(sign_ins.has_confirmed(session, user, Vec::new(), came).await?)
    }

    /// Asks the directory about a name and a password. Every try is counted before it is judged.
    async fn ask(
        &self,
        sign_ins: &SignIns,
        outsiders: &Outsiders,
        Written { name, password, came, now, .. }: Written<'_>,
        act: &str,
    ) -> Result<Profile, Denied> {
        guard::count(&*sign_ins.store, name, came.peer, now).await.map_err(|why| match why {
            Refusal::Wait(wait) => Denied::Wait(wait),
            other => Denied::Own(other),
        })?;
        let answer = {
            let _place = self.places.try_acquire().map_err(|_| Denied::Busy)?;
            self.directory.sign_in(name, &password).await
        };
        let denied = match answer {
            Ok(Answer::Known(profile)) => return Ok(profile),
            Ok(Answer::Wrong) => Denied::Wrong,
            Ok(Answer::Nobody) => {
                if let Ok(name) = account_name(name) {
                    outsiders.dismiss(&name, &Source::Ldap).await?;
                }
                Denied::Wrong
            }
            Ok(Answer::Barred { name, why }) => {
                outsiders.dismiss(&name, &Source::Ldap).await?;
                Denied::Barred(why)
            }
            Err(trouble) => {
                tracing::error!(%trouble, "the directory says nothing about a person");
                return Err(Denied::Away);
            }
        };
        sign_ins.failed(name, act, came, now).await?;
        Err(denied)
    }
}
