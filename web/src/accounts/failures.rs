//! Failed sign-ins in the audit log: enough to see what was tried and since when, and not so many that trying fills the log.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use engine::base::{Digest, Hasher, Millis, Timestamp, UserName};
use engine::identity::User;
use engine::run::{Actor, Door};
use engine::store::{self, Changed, Deed, DeedOutcome, Store};
use serde_json::{Value, json};

use super::{By, Came, Refusal, SignIns};

/// The same name from the same address is written down once in this time.
const EACH: Millis = Millis::minutes(1);
/// Failures that are written down in that time, whatever the names and addresses.
const MOST: usize = 30;
/// Who acted, in the log, where the name is nobody's.
const NOBODY: &str = "nobody-of-ours";

/// What this process has written down of failures within the last minute.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    since: Timestamp,
    told: HashSet<Digest>,
    passed_over: u64,
}

impl Failures {
    /// Whether a failure is to be written down, and how many before it were not.
    fn take(&self, of: Digest, now: Timestamp) -> Option<u64> {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.since.plus(EACH) <= now {
            minute.since = now;
            minute.told.clear();
        }
        if minute.told.len() >= MOST || !minute.told.insert(of) {
            minute.passed_over += 1;
            return None;
        }
        Some(std::mem::take(&mut minute.passed_over))
    }
}

/// The account of a name that was tried. Only its name stands in the log: any other may be a password in the wrong field.
pub(super) async fn known(store: &dyn Store, name: &str) -> Result<Option<User>, store::Error> {
    match name.parse::<UserName>() {
        Ok(name) => Ok(store::find::<User>(store, name.as_str()).await?.map(|found| found.value)),
        Err(_) => Ok(None),
    }
}

/// The deed of a lock that begins: on an account for one address, or for all but those of its owner.
pub(super) fn lock(user: &User, (from, until): (Option<IpAddr>, Timestamp), peer: IpAddr, now: Timestamp) -> Deed {
    let mut deed = By::oneself(user, peer).deed(now, "user.lock", format!("user/{}", user.name));
    let from = from.map_or_else(|| "anywhere".to_owned(), |from| from.to_string());
    deed.after = Some(json!({ "from": from, "until": until }));
    deed
}

impl SignIns {
    /// Writes down that somebody showed something wrong, as the name that was tried where it is one of ours.
    pub(super) async fn failed(&self, name: &str, act: &str, came: &Came, now: Timestamp) -> Result<(), Refusal> {
        let user = known(&*self.store, name).await?;
        let name = match user {
            Some(user) => user.name,
            None => NOBODY.parse().map_err(|_| Refusal::Nothing)?,
        };
        let (object, origin) = (format!("user/{name}"), came.peer.to_string());
        let of = Hasher::default().part(object.as_bytes()).part(origin.as_bytes()).part(act.as_bytes()).finish();
        let Some(passed_over) = self.failures.take(of, now) else { return Ok(()) };
        let actor = Actor { name, roles: Vec::new(), via: Door::Console };
        let by = By { actor, origin, user: None };
        let deed = Deed {
            outcome: DeedOutcome::Refused { code: "wrong".to_owned() },
            after: left_out(passed_over),
            ..by.deed(now, act, object)
        };
        self.write_down(deed).await
    }

    /// Writes down that somebody who is signed in was turned away: from a page, or with a token of another scope. Counted apart
    /// from failed sign-ins, so that neither can hide the other.
    pub async fn turned_away(&self, by: &By, act: &str, code: &str) -> Result<(), Refusal> {
        let (now, object) = (self.clock.now(), format!("user/{}", by.actor.name));
        let of = Hasher::default().part(object.as_bytes()).part(by.origin.as_bytes()).part(act.as_bytes()).finish();
        let Some(passed_over) = self.denials.take(of, now) else { return Ok(()) };
        let deed = Deed {
            outcome: DeedOutcome::Refused { code: code.to_owned() },
            after: left_out(passed_over),
            ..by.deed(now, act, object)
        };
        self.write_down(deed).await
    }

    async fn write_down(&self, deed: Deed) -> Result<(), Refusal> {
        match self.store.change(deed.at, Vec::new(), vec![deed]).await? {
            Changed::Done => Ok(()),
            Changed::Stale { .. } => Err(Refusal::Busy),
        }
    }
}

/// What a deed says of those before it that were not written down.
fn left_out(passed_over: u64) -> Option<Value> {
    (passed_over > 0).then(|| json!({ "not_written_before_this": passed_over }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(what: usize) -> Digest {
        Digest::of(what.to_string().as_bytes())
    }

    #[test]
    fn the_same_is_written_down_once_a_minute_and_says_how_often_it_was_not() {
        let (failures, now) = (Failures::default(), Timestamp(1_795_000_000_000));
        assert_eq!(failures.take(of(1), now), Some(0));
        assert_eq!(failures.take(of(1), now), None);
        assert_eq!(failures.take(of(1), now.plus(Millis::seconds(59))), None);
        assert_eq!(failures.take(of(2), now), Some(2));
        assert_eq!(failures.take(of(1), now.plus(EACH)), Some(0));
    }

    #[test]
    fn ever_new_names_and_addresses_fill_no_log() {
        let (failures, now) = (Failures::default(), Timestamp(1_795_000_000_000));
        let written = (0..10_000).filter(|what| failures.take(of(*what), now).is_some()).count();
        assert_eq!(written, MOST);
        assert_eq!(failures.take(of(0), now.plus(EACH)), Some(10_000 - MOST as u64));
    }
}
