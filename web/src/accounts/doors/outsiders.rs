//! Making and keeping the accounts of those who come through a door.

use std::net::IpAddr;
use std::sync::Arc;

use engine::base::{Clock, Lang, Millis, Timestamp, UserName};
use engine::identity::{Grant, User};
use engine::run::{Actor, Door};
use engine::store::{self, Changed, Deed, DeedOutcome, Kept as _, Query, Store, add, find, list};
use serde_json::{Value, json};

use super::{Denied, Outsider, Source};
use crate::accounts::Profile;

/// Accounts read from the store at a time.
const PAGE: u32 = 500;

/// Accounts that somebody else keeps.
#[derive(Debug, Clone)]
pub struct Outsiders {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

/// Somebody at a door, as the other side has told.
#[derive(Debug)]
pub struct Arrival {
    /// Who told.
    pub source: Source,
    /// Who it is.
    pub profile: Profile,
    /// What the groups mean here.
    pub grants: Vec<Grant>,
    /// How the person has shown it there, for the log of deeds.
    pub shown: Value,
    /// From where.
    pub peer: IpAddr,
    /// The language of a new account's screens.
    pub lang: Lang,
}

impl Outsiders {
    /// Over the records of a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// The user who has arrived, with the grants of now. A user of our own with the same name is left as it is.
    pub async fn admit(&self, arrival: &Arrival) -> Result<User, Denied> {
        let admitted = self.account(arrival).await;
        match &admitted {
            Ok(user) => self.note(arrival, Some(user), DeedOutcome::Done).await?,
            // Nothing was decided about the person.
            Err(Denied::Own(_)) => {}
            Err(denied) => self.note(arrival, None, DeedOutcome::Refused { code: denied.code().to_owned() }).await?,
        }
        admitted
    }

    async fn account(&self, arrival: &Arrival) -> Result<User, Denied> {
        let Arrival { source, profile, grants, .. } = arrival;
        let found = match self.user(&profile.name).await? {
            Some(user) => user,
            None if grants.is_empty() => return Err(Denied::NoRole),
            None => {
                // Without a password of its own it comes in through its own door only.
                let made = User::new(profile.name.clone(), String::new(), arrival.lang, self.now());
                let made = User { given: grants.clone(), ..made };
                // Somebody else may have added the name in between. Then theirs is decided about, as any other's.
                if self.store.change(self.now(), vec![add(&made)?], Vec::new()).await? == Changed::Done {
                    return Ok(made);
                }
                self.user(&profile.name).await?.ok_or(Denied::Taken)?
            }
        };
        let known = self.of(&found).await?.is_some_and(|outsider| outsider.is(source, profile));
        match (known, grants.is_empty()) {
            (false, true) => Err(Denied::NoRole),
            (false, false) => Err(Denied::Taken),
            (true, true) => {
                self.dismiss(&profile.name, source).await?;
                Err(Denied::NoRole)
            }
            (true, false) if found.disabled => Err(Denied::Disabled),
            (true, false) => Ok(self.granted(found, grants.clone()).await?),
        }
    }

    async fn user(&self, name: &UserName) -> Result<Option<User>, store::Error> {
        Ok(find::<User>(&*self.store, name.as_str()).await?.map(|found| found.value))
    }

    /// The user with these grants, and with those of teams, and no others. Without any, those of teams rest: the team keeps its
    /// member, who holds nothing until the door lets that person in again.
    async fn granted(&self, user: User, grants: Vec<Grant>) -> Result<User, store::Error> {
        let resting = grants.is_empty();
        self.alter(user, |user| User { given: grants.clone(), resting, ..user.clone() }).await
    }

    /// The user as altered, whoever else changes it meanwhile; as it was, when it is gone.
    async fn alter(&self, user: User, alter: impl Fn(&User) -> User) -> Result<User, store::Error> {
        loop {
            let Some(found) = find::<User>(&*self.store, user.name.as_str()).await? else { return Ok(user) };
            let altered = alter(&found.value);
            if altered == found.value {
                return Ok(altered);
            }
            match self.store.change(self.now(), vec![found.put(&altered)?], Vec::new()).await? {
                Changed::Done => return Ok(altered),
                Changed::Stale { .. } => {}
            }
        }
    }

    /// Gives an account that is still there the grants of now; one without any is dismissed.
    pub async fn refresh(&self, name: &UserName, source: &Source, grants: Vec<Grant>) -> Result<(), store::Error> {
        if grants.is_empty() {
            return self.dismiss(name, source).await;
        }
        let Some((user, _)) = self.of_source(name, source).await? else { return Ok(()) };
        if user.given == grants && !user.resting {
            return Ok(());
        }
        let (before, after) = (json!({ "grants": user.given }), json!({ "grants": grants }));
        self.granted(user, grants).await?;
        self.record(name, source, "user.grants", Some(before), after).await
    }

    /// Ends the sessions of an account that the other side does not let in any more, and takes what it was granted.
    pub async fn dismiss(&self, name: &UserName, source: &Source) -> Result<(), store::Error> {
        let Some((user, outsider)) = self.of_source(name, source).await? else { return Ok(()) };
        let user = self.alter(user, |user| User { epoch: user.epoch + 1, ..user.clone() }).await?;
        if user.given.is_empty() && user.resting {
            return Ok(());
        }
        let before = json!({ "grants": user.given, "teams": user.teams });
        self.granted(user, Vec::new()).await?;
        tracing::warn!(user = %name, "dismissed: the {} does not let the account in any more", source.keyword());
        let act = format!("sign_out.{}", source.keyword());
        self.record(name, source, &act, Some(before), json!({ "subject": outsider.subject })).await
    }

    /// What is known of an account of somebody else's; `None` for our own.
    pub async fn of(&self, user: &User) -> Result<Option<Outsider>, store::Error> {
        let found = find::<Outsider>(&*self.store, user.name.as_str()).await?;
        Ok(found.map(|found| found.value).filter(|outsider| outsider.made == user.created_at))
    }

    async fn of_source(&self, name: &UserName, source: &Source) -> Result<Option<(User, Outsider)>, store::Error> {
        let Some(user) = self.user(name).await? else { return Ok(None) };
        let outsider = self.of(&user).await?.filter(|outsider| outsider.source == *source);
        Ok(outsider.map(|outsider| (user, outsider)))
    }

    /// The accounts of a source that came in within the last time.
    pub async fn recent(&self, source: &Source, within: Millis) -> Result<Vec<Outsider>, store::Error> {
        let now = self.clock.now();
        let mut all: Vec<Outsider> = Vec::new();
        let mut after = None;
        loop {
            let query = Query { group: Some(source.keyword().to_owned()), after, limit: PAGE, ..Query::default() };
            let page = list::<Outsider>(&*self.store, query).await?;
            after = page.last().map(|last| last.value.id());
            let full = page.len() == PAGE as usize;
            all.extend(page.into_iter().map(|found| found.value).filter(|outsider| outsider.seen.plus(within) > now));
            if !full {
                return Ok(all);
            }
        }
    }

    /// Records who arrived, and what came of it.
    async fn note(&self, arrival: &Arrival, user: Option<&User>, outcome: DeedOutcome) -> Result<(), store::Error> {
        let Arrival { source, profile, grants, shown, peer, .. } = arrival;
        let deed = Deed {
            by: actor(&profile.name, grants),
            origin: peer.to_string(),
            act: format!("sign_in.{}", source.keyword()),
            after: Some(json!({ "subject": profile.subject, "grants": grants, "shown": shown })),
            ..self.deed(&profile.name, outcome)
        };
        let outsider = user.map(|user| Outsider {
            name: profile.name.clone(),
            source: source.clone(),
            subject: profile.subject.clone(),
            display: profile.display.clone(),
            mail: profile.mail.clone(),
            made: user.created_at,
            seen: self.now(),
        });
        // Two browsers of one person may arrive at once: each writes what it was told.
        loop {
            let changes = match &outsider {
                Some(outsider) => match find::<Outsider>(&*self.store, profile.name.as_str()).await? {
                    Some(found) => vec![found.put(outsider)?],
                    None => vec![add(outsider)?],
                },
                None => Vec::new(),
            };
            match self.store.change(self.now(), changes, vec![deed.clone()]).await? {
                Changed::Done => return Ok(()),
                Changed::Stale { .. } => {}
            }
        }
    }

    /// Records what the other side's word has changed while the person did nothing.
    async fn record(
        &self,
        name: &UserName,
        source: &Source,
        act: &str,
        before: Option<Value>,
        after: Value,
    ) -> Result<(), store::Error> {
        let (origin, act) = (source.keyword().to_owned(), act.to_owned());
        let deed = Deed { origin, act, before, after: Some(after), ..self.deed(name, DeedOutcome::Done) };
        self.store.change(self.now(), Vec::new(), vec![deed]).await.map(|_| ())
    }

    fn deed(&self, name: &UserName, outcome: DeedOutcome) -> Deed {
        Deed {
            at: self.now(),
            by: actor(name, &[]),
            on_behalf_of: None,
            origin: String::new(),
            act: String::new(),
            object: format!("user/{name}"),
            before: None,
            after: None,
            outcome,
            reason: String::new(),
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn actor(name: &UserName, grants: &[Grant]) -> Actor {
    let mut roles: Vec<_> = grants.iter().map(|grant| grant.role.clone()).collect();
    roles.dedup();
    Actor { name: name.clone(), roles, via: Door::Console }
}
