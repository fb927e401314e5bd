//! The second factor of a person: setting it up, taking a code, recovery codes.

use engine::base::{Digest, Secret, Timestamp};
use engine::identity::{SecondFactor, User};
use engine::secrets;
use engine::store::{self, Change, Changed, Versioned};

use super::guard::keep;
use super::{Authenticator, By, Came, Refusal, SignIns, printed};

/// Recovery codes made at once.
const CODES: usize = 10;
/// Groups of four letters of a recovery code: 80 bits.
const GROUPS: usize = 4;

/// How far setting up a second factor has come.
#[derive(Debug)]
pub enum Enrolment {
    /// Not begun.
    None,
    /// The authenticator has the secret; it has not shown a code yet.
    Begun(Authenticator),
    /// It is asked for at every sign-in.
    On {
        /// Since when.
        since: Timestamp,
        /// Recovery codes that are left.
        codes: usize,
    },
}

impl SignIns {
    pub(super) async fn second_of(&self, user: &User) -> Result<Option<Versioned<SecondFactor>>, store::Error> {
        store::find::<SecondFactor>(&*self.store, user.name.as_str()).await
    }

    /// How far a person's second factor is.
    pub async fn enrolment(&self, user: &User) -> Result<Enrolment, Refusal> {
        Ok(match self.second_of(user).await? {
            None => Enrolment::None,
            Some(found) if found.value.confirmed => {
                Enrolment::On { since: found.value.since, codes: found.value.recovery.len() }
            }
            Some(found) => Enrolment::Begun(self.open_secret(&found.value)?),
        })
    }

    /// Makes a new secret, which counts as soon as the person has shown a code of it.
    pub async fn enrol(&self, user: &User) -> Result<(), Refusal> {
        let (found, now) = (self.second_of(user).await?, self.clock.now());
        if found.as_ref().is_some_and(|found| found.value.confirmed) {
            return Err(Refusal::Taken);
        }
        let authenticator = Authenticator::fresh()?;
        let sealed = match &self.sealed {
            Some(sealed) => sealed.seal_value(&context(user.name.as_str()), authenticator.bytes())?,
            None => None,
        };
        let second = SecondFactor {
            user: user.name.clone(),
            secret: hex::encode(sealed.as_deref().unwrap_or(authenticator.bytes())),
            sealed: sealed.is_some(),
            confirmed: false,
            last_step: 0,
            recovery: Vec::new(),
            since: now,
        };
        let change = keep(found.as_ref(), &second)?;
        done(&self.store.change(now, vec![change], Vec::new()).await?)
    }

    /// Turns the second factor on with a code of it; gives the recovery codes, which are shown once.
    pub async fn enrolled(&self, user: &User, code: &str, came: &Came) -> Result<Vec<Secret>, Refusal> {
        let now = self.clock.now();
        let found = self.second_of(user).await?.filter(|found| !found.value.confirmed).ok_or(Refusal::Nothing)?;
        let step = self.open_secret(&found.value)?.step_of(&plain(code), now).ok_or(Refusal::Wrong)?;
        let (codes, recovery) = recovery()?;
        let on = SecondFactor { confirmed: true, last_step: step, recovery, since: now, ..found.value.clone() };
        let deed = By::oneself(user, came.peer).deed(now, "user.second_factor_on", format!("user/{}", user.name));
        done(&self.store.change(now, vec![found.put(&on)?], vec![deed]).await?)?;
        Ok(codes)
    }

    /// Makes new recovery codes; the old ones are no longer good.
    pub async fn new_codes(&self, user: &User, came: &Came) -> Result<Vec<Secret>, Refusal> {
        let now = self.clock.now();
        let found = self.second_of(user).await?.filter(|found| found.value.confirmed).ok_or(Refusal::Nothing)?;
        let (codes, recovery) = recovery()?;
        let changed = SecondFactor { recovery, ..found.value.clone() };
        let deed = By::oneself(user, came.peer).deed(now, "user.recovery_codes", format!("user/{}", user.name));
        done(&self.store.change(now, vec![found.put(&changed)?], vec![deed]).await?)?;
        Ok(codes)
    }

    /// Turns the second factor off.
    pub async fn unenrol(&self, user: &User, came: &Came) -> Result<(), Refusal> {
        let now = self.clock.now();
        let found = self.second_of(user).await?.ok_or(Refusal::Nothing)?;
        let deed = By::oneself(user, came.peer).deed(now, "user.second_factor_off", format!("user/{}", user.name));
        done(&self.store.change(now, vec![found.remove()], vec![deed]).await?)
    }

    /// The change that takes a code of the authenticator, or a recovery code: each is good once. `None` for one that is wrong.
    pub(super) async fn take_code(&self, user: &User, code: &str, now: Timestamp) -> Result<Option<Change>, Refusal> {
        let Some(found) = self.second_of(user).await?.filter(|found| found.value.confirmed) else { return Ok(None) };
        let (second, code) = (&found.value, plain(code));
        let step = self.open_secret(second)?.step_of(&code, now).filter(|step| *step > second.last_step);
        let spent = Digest::of(code.as_bytes());
        let taken = if let Some(step) = step {
            SecondFactor { last_step: step, ..second.clone() }
        } else if second.recovery.contains(&spent) {
            let recovery = second.recovery.iter().filter(|kept| **kept != spent).copied().collect();
            SecondFactor { recovery, ..second.clone() }
        } else {
            return Ok(None);
        };
        Ok(Some(found.put(&taken)?))
    }

    fn open_secret(&self, second: &SecondFactor) -> Result<Authenticator, Refusal> {
        let unreadable = || Refusal::Unreadable(second.user.to_string());
        let kept = hex::decode(&second.secret).map_err(|_| unreadable())?;
        let bytes = match &self.sealed {
            _ if !second.sealed => kept,
            Some(sealed) => match sealed.open_value(&context(second.user.as_str()), &kept) {
                Ok(opened) => opened.to_vec(),
                Err(secrets::Fault::Cipher) => return Err(unreadable()),
                Err(other) => return Err(other.into()),
            },
            None => return Err(unreadable()),
        };
        Authenticator::of(&bytes).ok_or_else(unreadable)
    }
}

/// What a sealed secret is bound to: moved to another person it does not open.
fn context(name: &str) -> String {
    format!("second factor of {name}")
}

/// A code without what people put into it for reading.
fn plain(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).take(64).collect()
}

fn recovery() -> Result<(Vec<Secret>, Vec<Digest>), getrandom::Error> {
    let codes = (0..CODES).map(|_| printed(GROUPS)).collect::<Result<Vec<_>, _>>()?;
    let digests = codes.iter().map(|code| Digest::of(plain(code.expose()).as_bytes())).collect();
    Ok((codes, digests))
}

pub(super) fn done(changed: &Changed) -> Result<(), Refusal> {
    match changed {
        Changed::Done => Ok(()),
        Changed::Stale { .. } => Err(Refusal::Busy),
    }
}
