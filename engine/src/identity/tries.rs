//! Wrong passwords, counted in the store, so that guessing is slow, on every node and after a restart.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::base::{Digest, Millis, Timestamp};
use crate::store::Kept;

/// Tries from one address before a wait is asked for.
const FREE_OF_PEER: u32 = 5;
/// Tries from anywhere before a wait is asked for.
const FREE_OF_ACCOUNT: u32 = 20;
/// The first wait; it doubles with every further try.
const FIRST_WAIT: Millis = Millis::seconds(2);
/// The longest wait.
const LONGEST_WAIT: Millis = Millis::minutes(15);
/// Nothing was tried for so long: the count begins anew.
const FORGOTTEN_AFTER: Millis = Millis(24 * 3_600_000);
/// Addresses remembered from which the right password came.
const KNOWN: usize = 8;

/// The tries at an account, from one address or from all.
///
/// An account that anybody could lock would be a way to keep the commander out on the day of the disaster. So the count of
/// all addresses does not hold for those from which the person has signed in before; their own counts do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// SHA-256 of the name that was tried, whether there is such an account or not.
    pub account: Digest,
    /// The address; `None` for all of them.
    pub peer: Option<IpAddr>,
    /// Tries since the last right one.
    pub count: u32,
    /// Until when no further one is judged.
    pub until: Timestamp,
    /// When the last one was.
    pub at: Timestamp,
    /// Of all addresses: from which the person has signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<IpAddr>,
}

impl Tries {
    /// No try yet.
    pub const fn none(account: Digest, peer: Option<IpAddr>) -> Self {
        Self { account, peer, count: 0, until: Timestamp(0), at: Timestamp(0), known: Vec::new() }
    }

    /// The id of the count of an account and an address.
    pub fn key(account: Digest, peer: Option<IpAddr>) -> String {
        peer.map_or_else(|| account.to_string(), |peer| format!("{account}/{peer}"))
    }

    /// How long a try from an address has to wait.
    pub fn wait(&self, peer: IpAddr, now: Timestamp) -> Option<Millis> {
        let exempt = self.peer.is_none() && self.known.contains(&peer);
        (self.until > now && !exempt).then(|| self.until.since(now))
    }

    /// With one more try. It is counted before it is judged: many at once are not more than many in turn.
    #[must_use]
    pub fn tried(mut self, now: Timestamp) -> Self {
        if self.at.plus(FORGOTTEN_AFTER) < now {
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        let over = self.count.saturating_sub(self.free());
        let wait =
            if over == 0 { Millis::ZERO } else { Millis((FIRST_WAIT.0 << (over - 1).min(20)).min(LONGEST_WAIT.0)) };
        self.until = now.plus(wait);
        self.at = now;
        self
    }

    const fn free(&self) -> u32 {
        if self.peer.is_some() { FREE_OF_PEER } else { FREE_OF_ACCOUNT }
    }

    /// Whether the last try is the first after which the next one has to wait.
    pub const fn begins_to_wait(&self) -> bool {
        self.count == self.free() + 1
    }

    /// After the right password from an address.
    #[must_use]
    pub fn right(mut self, peer: IpAddr) -> Self {
        self.count = 0;
        self.until = Timestamp(0);
        if self.peer.is_none() {
            self.known.retain(|known| *known != peer);
            self.known.push(peer);
            let surplus = self.known.len().saturating_sub(KNOWN);
            self.known.drain(..surplus);
        }
        self
    }
}

impl Kept for Tries {
    const KIND: &'static str = "tries";

    fn id(&self) -> String {
        Self::key(self.account, self.peer)
    }

    fn group(&self) -> String {
        self.account.to_string()
    }

    /// When it can be forgotten. What is known of a person's addresses is kept.
    fn due(&self) -> Option<Timestamp> {
        self.known.is_empty().then(|| self.at.plus(FORGOTTEN_AFTER))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::BROADCAST);
    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn after(mut tries: Tries, count: u32) -> Tries {
        for _ in 0..count {
            tries = tries.tried(NOW);
        }
        tries
    }

    #[test]
    fn the_sixth_try_from_an_address_asks_for_a_wait_that_doubles_up_to_a_quarter_of_an_hour() {
        let none = Tries::none(Digest::ZERO, Some(PEER));
        assert_eq!(after(none.clone(), 5).wait(PEER, NOW), None);
        assert_eq!(after(none.clone(), 6).wait(PEER, NOW), Some(Millis::seconds(2)));
        assert_eq!(after(none.clone(), 7).wait(PEER, NOW), Some(Millis::seconds(4)));
        assert_eq!(after(none.clone(), 100).wait(PEER, NOW), Some(Millis::minutes(15)));
        let begins: Vec<u32> = (0..20).filter(|count| after(none.clone(), *count).begins_to_wait()).collect();
        assert_eq!(begins, [6]);
        assert_eq!(after(none, 100).right(PEER).wait(PEER, NOW), None);
    }

    #[test]
    fn an_account_tried_from_everywhere_stays_open_for_the_addresses_of_its_owner() {
        let tries = Tries::none(Digest::ZERO, None).tried(NOW).right(PEER);
        let attacked = after(tries, 40);
        assert_eq!(attacked.wait(OTHER, NOW), Some(Millis::minutes(15)));
        assert_eq!(attacked.wait(PEER, NOW), None);
        assert_eq!(attacked.due(), None, "the addresses are kept");
    }

    #[test]
    fn a_day_without_a_try_forgets_the_count() {
        let tries = after(Tries::none(Digest::ZERO, Some(PEER)), 50);
        let tomorrow = NOW.plus(Millis(24 * 3_600_001));
        assert_eq!(tries.due(), Some(NOW.plus(FORGOTTEN_AFTER)));
        assert_eq!(tries.tried(tomorrow).wait(PEER, tomorrow), None);
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let mut tries = Tries::none(Digest::ZERO, None);
        for last in 0..20 {
            tries = tries.right(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)));
        }
        assert_eq!(tries.known.len(), KNOWN);
        assert_eq!(tries.known.last(), Some(&IpAddr::V4(Ipv4Addr::new(10, 0, 0, 19))));
    }
}
