//! What admins and the command line do with accounts.

use engine::base::{Lang, Secret, Timestamp, UserName};
use engine::identity::{Grant, SecondFactor, Tries, User};
use engine::store::{self, Changed, Query, Versioned};
use engine::telling::Occasion;

use super::guard::{self, ATTEMPTS};
use super::{By, Refusal, SignIns, printed, told};

/// Groups of four letters of a password that is printed once: 120 bits.
const GROUPS: usize = 6;
/// Accounts read at once.
const PAGE: u32 = 1_000;

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
pub async fn new_user(sign_ins: &SignIns, by: &By, new: NewUser) -> Result<bool, Refusal> {
    let NewUser { name, password, password_due, grants, lang } = new;
    if !grants.iter().all(|grant| by.may_grant(grant.org.as_ref())) {
        return Err(Refusal::Nothing);
    }
    let now = sign_ins.clock.now();
    let password = sign_ins.hasher.hash(password).await?;
    let user = User { given: grants, password_due, ..User::new(name, password, lang, now) };
    let mut deed = by.deed(now, "user.add", format!("user/{}", user.name));
    deed.after = Some(user.told());
    Ok(sign_ins.store.change(now, vec![store::add(&user)?], vec![deed]).await? == Changed::Done)
}

impl SignIns {
    /// All accounts by name.
    pub async fn people(&self) -> Result<Vec<User>, store::Error> {
        let (mut people, now) = (Vec::new(), self.clock.now());
        loop {
            let after = people.last().map(|last: &User| last.name.to_string());
            let page = store::list::<User>(&*self.store, Query { after, limit: PAGE, ..Query::default() }).await?;
            let whole = page.len() == PAGE as usize;
            people.extend(page.into_iter().map(|found| found.value.as_of(now)));
            if !whole {
                return Ok(people);
            }
        }
    }

    /// One account.
    pub async fn person(&self, name: &UserName) -> Result<Option<User>, store::Error> {
        let found = store::find::<User>(&*self.store, name.as_str()).await?;
        Ok(found.map(|found| found.value.as_of(self.clock.now())))
    }

    /// Whether a second factor of an account is on.
    pub async fn has_second(&self, user: &User) -> Result<bool, store::Error> {
        Ok(self.second_of(user).await?.is_some_and(|found| found.value.confirmed))
    }

    /// Gives a role.
    pub async fn grant(&self, by: &By, name: &UserName, grant: &Grant) -> Result<User, Refusal> {
        self.manage(by, name, "user.grant", |user| {
            let mut given = user.given.clone();
            given.retain(|held| (&held.role, &held.org) != (&grant.role, &grant.org));
            given.push(grant.clone());
            given.sort();
            if by.may_grant(grant.org.as_ref()) { Ok(User { given, ..user.clone() }) } else { Err(Refusal::Nothing) }
        })
        .await
    }

    /// Takes a role back that the person was given alone.
    pub async fn ungrant(&self, by: &By, name: &UserName, grant: &Grant) -> Result<User, Refusal> {
        self.manage(by, name, "user.ungrant", |user| {
            let mut given = user.given.clone();
            given.retain(|held| held != grant);
            Ok(User { given, ..user.clone() })
        })
        .await
    }

    /// Refuses an account from now on, its open sessions and tokens too; or lets it in again.
    pub async fn disable(&self, by: &By, name: &UserName, disabled: bool) -> Result<User, Refusal> {
        let act = if disabled { "user.disable" } else { "user.enable" };
        let user = self
            .manage(by, name, act, |user| {
                let epoch = user.epoch + u64::from(disabled && !user.disabled);
                Ok(User { disabled, epoch, ..user.clone() })
            })
            .await?;
        if disabled {
            self.forget_sessions(&user).await?;
        }
        Ok(user)
    }

    /// Gives an account a password that is good for choosing another one, and takes its second factor away: both may be in the
    /// wrong hands, or lost. Sessions and tokens end.
    pub async fn reset(&self, by: &By, name: &UserName) -> Result<Secret, Refusal> {
        let printed = printed(GROUPS)?;
        let password = self.hasher.hash(printed.clone()).await?;
        let user = self
            .manage_and_tell(
                by,
                name,
                "user.reset",
                |user| {
                    let (password, epoch) = (password.clone(), user.epoch + 1);
                    Ok(User { password, password_due: true, epoch, ..user.clone() })
                },
                |user, at| Some(told::reset(user, by, at)),
            )
            .await?;
        if let Some(found) = store::find::<SecondFactor>(&*self.store, name.as_str()).await? {
            let now = self.clock.now();
            let deed = by.deed(now, "user.second_factor_off", format!("user/{name}"));
            // Set up anew in the same instant, by whom nobody knows any more.
            let Changed::Done = self.store.change(now, vec![found.remove()], vec![deed]).await? else {
                return Err(Refusal::Busy);
            };
        }
        self.forget_sessions(&user).await?;
        self.unlock(by, name).await?;
        Ok(printed)
    }

    /// Gives an account another password that somebody else chose; its sessions and tokens end.
    pub async fn replace_password(&self, by: &By, name: &UserName, chosen: Secret) -> Result<(), Refusal> {
        let password = self.hasher.hash(chosen).await?;
        let user = self
            .manage(by, name, "user.password", |user| {
                Ok(User { password: password.clone(), epoch: user.epoch + 1, ..user.clone() })
            })
            .await?;
        self.forget_sessions(&user).await?;
        self.unlock(by, name).await
    }

    /// Forgets the wrong passwords of an account.
    pub async fn unlock(&self, by: &By, name: &UserName) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let user = self.person(name).await?.filter(|user| by.may_manage(user)).ok_or(Refusal::Nothing)?;
            let group = Query::group(guard::account(user.name.as_str()).to_string());
            let tries = store::list::<Tries>(&*self.store, group).await?;
            if tries.is_empty() {
                return Ok(());
            }
            let changes = tries.iter().map(Versioned::remove).collect();
            let deed = by.deed(now, "user.unlock", format!("user/{name}"));
            if self.store.change(now, changes, vec![deed]).await? == Changed::Done {
                return Ok(());
            }
        }
        Err(Refusal::Busy)
    }

    /// Changes the account of somebody else.
    async fn manage(
        &self,
        by: &By,
        name: &UserName,
        act: &str,
        alter: impl Fn(&User) -> Result<User, Refusal>,
    ) -> Result<User, Refusal> {
        self.manage_and_tell(by, name, act, alter, |_, _| None).await
    }

    /// The same, with what people are told about it.
    async fn manage_and_tell(
        &self,
        by: &By,
        name: &UserName,
        act: &str,
        alter: impl Fn(&User) -> Result<User, Refusal>,
        tell: impl Fn(&User, Timestamp) -> Option<Occasion>,
    ) -> Result<User, Refusal> {
        let alter = |user: &User| {
            if !by.may_manage(user) {
                return Err(Refusal::Nothing);
            }
            // Who manages others has no way to more by that: the own grants are for somebody else to change.
            if by.is(user) {
                return Err(Refusal::Own);
            }
            alter(user)
        };
        self.alter_and_tell(name, by, act, alter, tell).await
    }
}
