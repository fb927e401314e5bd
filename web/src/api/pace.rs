//! How often one caller may ask.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use engine::base::{Digest, Millis, Timestamp};

use crate::app::App;
use crate::error::Error;
use crate::extract::{Peer, Visitor};

/// Requests that may come at once after a silence.
const BURST: u64 = 240;
/// Time after which one more may come: twenty a second for as long as one likes.
const EACH: Millis = Millis(50);
/// Callers remembered at most; who asked longest ago is forgotten first, and then has its whole burst again.
const REMEMBERED: usize = 4_096;

/// When each caller's burst will be whole again: the only number that a token bucket needs.
#[derive(Debug, Default)]
pub struct Paces {
    whole_at: Mutex<HashMap<Digest, Timestamp>>,
}

impl Paces {
    /// Takes one request of a caller, or says how long it has to wait for that.
    pub fn take(&self, caller: Digest, now: Timestamp) -> Result<(), Millis> {
        let mut whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        if whole_at.len() >= REMEMBERED && !whole_at.contains_key(&caller) {
            whole_at.retain(|_, at| *at > now);
            if whole_at.len() >= REMEMBERED
                && let Some(least) = whole_at.iter().min_by_key(|(_, at)| **at).map(|(caller, _)| *caller)
            {
                whole_at.remove(&least);
            }
        }
        let at = whole_at.entry(caller).or_insert(now);
        let next = (*at).max(now).plus(EACH);
        let most = now.plus(Millis(EACH.0 * BURST));
        if next > most {
            return Err(next.since(most));
        }
        *at = next;
        Ok(())
    }
}

/// Lets a request through if its caller does not ask too often. Who is not signed in is known by address.
pub async fn pace(
    State(app): State<App>,
    visitor: Visitor,
    Peer(peer): Peer,
    request: Request,
    next: Next,
) -> Response {
    let caller =
        visitor.signed_in().map_or_else(|| Digest::of(peer.to_string().as_bytes()), |person| person.session.token);
    match app.paces.take(caller, app.clock.now()) {
        Ok(()) => next.run(request).await,
        Err(wait) => Error::TooOften(wait).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_twenty_a_second() {
        let (paces, caller, now) = (Paces::default(), Digest::of(b"kim"), Timestamp(1_000_000));
        for _ in 0..BURST {
            assert_eq!(paces.take(caller, now), Ok(()));
        }
        assert_eq!(paces.take(caller, now), Err(EACH));
        assert_eq!(paces.take(Digest::of(b"lee"), now), Ok(()), "another caller has a burst of its own");
        assert_eq!(paces.take(caller, now.plus(EACH)), Ok(()));
        assert!(paces.take(caller, now.plus(EACH)).is_err());
        assert_eq!(paces.take(caller, now.plus(Millis::minutes(1))), Ok(()));
    }

    #[test]
    fn the_memory_is_bounded() {
        let paces = Paces::default();
        for caller in 0..REMEMBERED + 100 {
            assert_eq!(paces.take(Digest::of(caller.to_string().as_bytes()), Timestamp(0)), Ok(()));
        }
        assert!(paces.whole_at.lock().unwrap().len() <= REMEMBERED);
    }
}
