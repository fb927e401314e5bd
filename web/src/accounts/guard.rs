//! Keeps guessing slow: every try is counted, in the store, before it is judged.

use std::net::IpAddr;

use engine::base::{Digest, Timestamp};
use engine::identity::{ApiToken, Session, Tries};
use engine::store::{self, Change, Changed, Kept, Store, Versioned};

use super::Refusal;
use super::failures::{known, lock};

/// How often a change is tried that others get in the way of.
pub(super) const ATTEMPTS: usize = 12;
/// Records that have run out, removed at one sign-in.
const SWEPT: u32 = 100;

/// The change that keeps a value where another one, or none, was found.
pub(super) fn keep<T: Kept>(found: Option<&Versioned<T>>, value: &T) -> Result<Change, store::Error> {
    found.map_or_else(|| store::add(value), |found| found.put(value))
}

/// What the tries at a name are counted under, whether there is such an account or not.
pub(super) fn account(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// Counts a try at an account from an address, or says how long it has to wait. Does the same work for every name.
pub(super) async fn count(store: &dyn Store, name: &str, peer: IpAddr, now: Timestamp) -> Result<(), Refusal> {
    for _ in 0..ATTEMPTS {
        let (mut changes, mut locks) = (Vec::with_capacity(2), Vec::new());
        for peer_of in [None, Some(peer)] {
            let found = store::find::<Tries>(store, &Tries::key(account(name), peer_of)).await?;
            let tries = found.as_ref().map_or_else(|| Tries::none(account(name), peer_of), |found| found.value.clone());
            if let Some(wait) = tries.wait(peer, now) {
                return Err(Refusal::Wait(wait));
            }
            let tried = tries.tried(now);
            if tried.begins_to_wait() {
                locks.push((peer_of, tried.until));
            }
            changes.push(keep(found.as_ref(), &tried)?);
        }
        // A name that nobody has leaves no deed: there is no end of such names.
        let user = if locks.is_empty() { None } else { known(store, name).await? };
        let deeds = user.iter().flat_map(|user| locks.iter().map(|begun| lock(user, *begun, peer, now))).collect();
        if store.change(now, changes, deeds).await? == Changed::Done {
            return Ok(());
        }
    }
    Err(Refusal::Busy)
}

/// Forgets the tries of an address after the right password, and remembers the address.
pub(super) async fn right(store: &dyn Store, name: &str, peer: IpAddr, now: Timestamp) -> Result<(), Refusal> {
    for _ in 0..ATTEMPTS {
        let mut changes = Vec::with_capacity(2);
        for peer_of in [None, Some(peer)] {
            if let Some(found) = store::find::<Tries>(store, &Tries::key(account(name), peer_of)).await? {
                let right = found.value.clone().right(peer);
                changes.push(if peer_of.is_some() { found.remove() } else { found.put(&right)? });
            }
        }
        if store.change(now, changes, Vec::new()).await? == Changed::Done {
            return Ok(());
        }
    }
    Err(Refusal::Busy)
}

/// Removes what has run out. Somebody else may be at it; then it is done already, or the next time.
pub(super) async fn sweep(store: &dyn Store, now: Timestamp) -> Result<(), Refusal> {
    let sessions = store::due::<Session>(store, now, SWEPT).await?;
    let tokens = store::due::<ApiToken>(store, now, SWEPT).await?;
    let tries = store::due::<Tries>(store, now, SWEPT).await?;
    let gone = sessions.iter().map(Versioned::remove).chain(tokens.iter().map(Versioned::remove));
    for change in gone.chain(tries.iter().map(Versioned::remove)) {
        let (Changed::Done | Changed::Stale { .. }) = store.change(now, vec![change], Vec::new()).await?;
    }
    Ok(())
}
