//! Wrong passwords, counted by account and peer, so that guessing is slow and nobody can lock another person out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use engine::base::{Millis, Timestamp};

/// Wrong passwords before a wait is asked for.
const FREE: u32 = 5;
/// The first wait; it doubles with every further wrong password.
const FIRST_WAIT: Millis = Millis::seconds(2);
/// The longest wait.
const LONGEST_WAIT: Millis = Millis::minutes(15);
/// Accounts and peers remembered at most; the one that waits least is forgotten first.
const REMEMBERED: usize = 4_096;

#[derive(Debug, Clone, Copy)]
struct Wrong {
    count: u32,
    until: Timestamp,
}

/// The counts of this process.
#[derive(Debug, Default)]
pub struct Tries {
    wrong: Mutex<HashMap<(String, IpAddr), Wrong>>,
}

impl Tries {
    /// How long this peer must wait before this account may be tried again.
    pub fn wait(&self, account: &str, peer: IpAddr, now: Timestamp) -> Option<Millis> {
        let wrong = self.wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let entry = wrong.get(&key(account, peer))?;
        (entry.until > now).then(|| entry.until.since(now))
    }

    /// Takes note of a wrong password.
    pub fn wrong(&self, account: &str, peer: IpAddr, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if wrong.len() >= REMEMBERED {
            wrong.retain(|_, entry| entry.until.plus(LONGEST_WAIT) > now);
            if wrong.len() >= REMEMBERED
                && let Some(least) = wrong.iter().min_by_key(|(_, entry)| entry.until).map(|(key, _)| key.clone())
            {
                wrong.remove(&least);
            }
        }
        let entry = wrong.entry(key(account, peer)).or_insert(Wrong { count: 0, until: now });
        entry.count = entry.count.saturating_add(1);
        let wait = match entry.count.checked_sub(FREE) {
            None | Some(0) => Millis::ZERO,
            Some(over) => Millis((FIRST_WAIT.0 << (over - 1).min(20)).min(LONGEST_WAIT.0)),
        };
        entry.until = now.plus(wait);
    }

    /// Forgets the wrong passwords after a right one.
    pub fn right(&self, account: &str, peer: IpAddr) {
        self.wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&key(account, peer));
    }
}

fn key(account: &str, peer: IpAddr) -> (String, IpAddr) {
    (account.chars().take(64).collect(), peer)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    #[test]
    fn the_sixth_wrong_password_asks_for_a_wait_that_doubles() {
        let tries = Tries::default();
        let mut now = Timestamp(0);
        for _ in 0..FREE {
            tries.wrong("kim", PEER, now);
        }
        assert_eq!(tries.wait("kim", PEER, now), None);
        tries.wrong("kim", PEER, now);
        assert_eq!(tries.wait("kim", PEER, now), Some(Millis::seconds(2)));
        now = now.plus(Millis::seconds(2));
        assert_eq!(tries.wait("kim", PEER, now), None);
        tries.wrong("kim", PEER, now);
        assert_eq!(tries.wait("kim", PEER, now), Some(Millis::seconds(4)));
        assert_eq!(tries.wait("kim", OTHER, now), None, "another peer is not locked out");
        tries.right("kim", PEER);
        assert_eq!(tries.wait("kim", PEER, now), None);
    }

    #[test]
    fn the_memory_is_bounded() {
        let tries = Tries::default();
        for account in 0..REMEMBERED + 100 {
            tries.wrong(&account.to_string(), PEER, Timestamp(0));
        }
        assert!(tries.wrong.lock().unwrap().len() <= REMEMBERED);
    }
}
