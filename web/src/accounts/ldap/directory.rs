//! Asking a directory about people.

use std::fmt;
use std::sync::Arc;

use engine::base::{Secret, UserName};
use engine::inventory::SecretSource;
use engine::secrets::Fault;
use ldap3::SearchEntry;

use super::connection::Connection;
use super::person::{BARRING, Barred, Person};
use super::settings::{Groups, Settings};
use super::trouble::{Trouble, said};
use crate::accounts::outside::Profile;

/// Characters of a name that is looked up, at most: a mail address has so many.
const LONGEST_NAME: usize = 254;
/// Characters of a password, at most.
const LONGEST_PASSWORD: usize = 1_024;
/// Groups of one person that are taken, at most: Active Directory gives so many at once.
const GROUPS: usize = 1_000;

const SUCCESS: u32 = 0;
const INAPPROPRIATE: u32 = 48;
const WRONG: u32 = 49;
const UNWILLING: u32 = 53;

/// Where the password of the account that looks people up is found. Reads files: called off the async threads.
pub type Secrets = Arc<dyn Fn(&SecretSource) -> Result<Secret, Fault> + Send + Sync>;

/// What a directory says to a name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is this person.
    Known(Profile),
    /// The person is there, the password is another one.
    Wrong,
    /// There is no such person (any more).
    Nobody,
    /// The person is there and is kept out.
    Barred {
        /// Who.
        name: UserName,
        /// Why.
        why: Barred,
    },
}

/// A directory.
#[derive(Clone)]
pub struct Directory {
    settings: Arc<Settings>,
    secrets: Secrets,
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Directory {
    /// One that is asked by these settings.
    pub fn new(settings: Settings, secrets: Secrets) -> Self {
        Self { settings: Arc::new(settings), secrets }
    }

    /// Whether a name and a password are those of a person, and what the directory says about them.
    pub async fn sign_in(&self, name: &str, password: &Secret) -> Result<Answer, Trouble> {
        let length = password.expose().chars().count();
        // A directory takes a bind without a password for one by nobody, and says yes.
        if length == 0 || length > LONGEST_PASSWORD {
            return Ok(Answer::Wrong);
        }
        let mut connection = self.connect().await?;
        let Some(person) = self.person(&mut connection, name).await? else { return Ok(Answer::Nobody) };
        let Person { mut profile, disabled } = person;
        let bound = connection.bind(&profile.subject, password).await?;
        match bound.rc {
            SUCCESS if disabled => return Ok(Answer::Barred { name: profile.name, why: Barred::Disabled }),
            SUCCESS => {}
            WRONG | INAPPROPRIATE => {
                return Ok(match Barred::of(&bound) {
                    Some(why) => Answer::Barred { name: profile.name, why },
                    None => Answer::Wrong,
                });
            }
            UNWILLING => return Ok(Answer::Barred { name: profile.name, why: Barred::Locked }),
            _ => return Err(Trouble::Refused { what: "a person's sign-in", cause: said(&bound) }),
        }
        self.introduce(&mut connection).await?;
        self.must_be_findable(&mut connection, name, &profile).await?;
        if let Some(groups) = &self.settings.groups {
            profile.groups = groups_of(&mut connection, groups, &profile.subject).await?;
        }
        Ok(Answer::Known(profile))
    }

    /// What the directory says about accounts that it let in earlier; `None` for those that it would not let in now. Those
    /// about whom it says nothing clear are left out.
    pub async fn look(&self, names: &[UserName]) -> Result<Vec<(UserName, Option<Profile>)>, Trouble> {
        let mut connection = self.connect().await?;
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            match self.look_at(&mut connection, name).await {
                Ok(profile) => all.push((name.clone(), profile)),
                Err(trouble) if trouble.is_of_person() => {
                    tracing::warn!(%trouble, user = %name, "the directory says nothing clear about an account");
                }
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(all)
    }

    async fn look_at(&self, connection: &mut Connection, name: &UserName) -> Result<Option<Profile>, Trouble> {
        let person = self.person(connection, name.as_str()).await?;
        let mut profile = person.filter(|person| !person.disabled).map(|person| person.profile);
        if let (Some(profile), Some(groups)) = (&mut profile, &self.settings.groups) {
            profile.groups = groups_of(connection, groups, &profile.subject).await?;
        }
        Ok(profile)
    }

    /// Whether every server of the directory answers, lets us in and has the parts of the tree where people and groups
    /// are; what is wrong, server by server.
    pub async fn examine(&self) -> Vec<(String, Result<(), Trouble>)> {
        let mut all = Vec::new();
        for server in &self.settings.servers {
            let alone = Settings { servers: vec![server.clone()], ..(*self.settings).clone() };
            let alone = Self { settings: Arc::new(alone), secrets: Arc::clone(&self.secrets) };
            all.push((server.to_string(), alone.examine_first().await));
        }
        all
    }

    async fn examine_first(&self) -> Result<(), Trouble> {
        let mut connection = self.connect().await?;
        // Nobody has this name; a filter that fits everybody says so.
        let nobody = "relight-doctor-nobody";
        self.person(&mut connection, nobody).await?;
        match &self.settings.groups {
            Some(groups) => groups_of(&mut connection, groups, &format!("cn={nobody}")).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// A connection to the first server that answers, on which we may look people up.
    async fn connect(&self) -> Result<Connection, Trouble> {
        let trust = self.settings.trust.clone();
        let roots = off_thread(move || trust.roots()).await??;
        let mut last =
            Trouble::Unreachable { server: "the directory".to_owned(), cause: "it has no server".to_owned() };
        for server in &self.settings.servers {
            let opened = Connection::open(server, roots.clone(), self.settings.patience).await;
            let introduced = match opened {
                Ok(mut connection) => self.introduce(&mut connection).await.map(|()| connection),
                Err(trouble) => Err(trouble),
            };
            match introduced {
                Err(trouble) if trouble.is_of_server() => {
                    tracing::warn!(%trouble, "a server of the directory is passed over");
                    last = trouble;
                }
                other => return other,
            }
        }
        Err(last)
    }

    /// Tells the server who looks people up.
    async fn introduce(&self, connection: &mut Connection) -> Result<(), Trouble> {
        let Some(bind) = &self.settings.bind else {
            let bound = connection.bind("", &Secret::new("")).await?;
            let refused = || Trouble::Bind { dn: "an unnamed visitor".to_owned(), cause: said(&bound) };
            return if bound.rc == SUCCESS { Ok(()) } else { Err(refused()) };
        };
        let (secrets, source) = (Arc::clone(&self.secrets), bind.password.clone());
        let password = off_thread(move || secrets(&source)).await?;
        let password = password.map_err(|fault| Trouble::NoPassword { dn: bind.dn.clone(), fault })?;
        let bound = connection.bind(&bind.dn, &password).await?;
        if bound.rc == SUCCESS { Ok(()) } else { Err(Trouble::Bind { dn: bind.dn.clone(), cause: said(&bound) }) }
    }

    /// The one person with a name.
    async fn person(&self, connection: &mut Connection, name: &str) -> Result<Option<Person>, Trouble> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Ok(None);
        }
        let Settings { people, attributes, .. } = &*self.settings;
        let wanted: Vec<&str> = [&attributes.name, &attributes.display, &attributes.mail, &attributes.groups]
            .into_iter()
            .map(String::as_str)
            .chain(BARRING)
            .collect();
        // Two are enough to know that it is not one.
        let found = connection.search(&people.base, &people.filter.fill(name), &wanted, 2).await?;
        let mut entries = found.entries.into_iter();
        match (entries.next(), entries.next()) {
            (None, _) => Ok(None),
            (Some(entry), None) if !found.cut => Person::of(entry, attributes).map(Some),
            (Some(_), _) => Err(Trouble::Ambiguous { base: people.base.clone(), name: name.to_owned() }),
        }
    }

    /// An account that was found by something else than its name could never be looked up again.
    async fn must_be_findable(
        &self,
        connection: &mut Connection,
        typed: &str,
        profile: &Profile,
    ) -> Result<(), Trouble> {
        if typed.trim().to_lowercase() == profile.name.as_str() {
            return Ok(());
        }
        let again = self.person(connection, profile.name.as_str()).await?;
        if again.is_some_and(|person| person.profile.subject == profile.subject) {
            return Ok(());
        }
        Err(Trouble::Unfindable {
            dn: profile.subject.clone(),
            name: profile.name.to_string(),
            attribute: self.settings.attributes.name.clone(),
        })
    }
}

async fn groups_of(connection: &mut Connection, groups: &Groups, dn: &str) -> Result<Vec<String>, Trouble> {
    // `1.1` is the attribute that no entry has: the names of the entries are all that is asked for.
    let found = connection.search(&groups.base, &groups.filter.fill(dn), &["1.1"], GROUPS).await?;
    if found.cut {
        return Err(Trouble::TooMany { base: groups.base.clone(), limit: GROUPS });
    }
    let mut names: Vec<String> = found.entries.into_iter().map(|SearchEntry { dn, .. }| dn).collect();
    names.sort_unstable();
    Ok(names)
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|why| Trouble::Refused { what: "nothing: this host is ending", cause: why.to_string() })
}
