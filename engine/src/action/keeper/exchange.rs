//! What the keeper does when an engine asks, and how it tells.

use zeroize::Zeroizing;

use super::protocol::{Ask, Key, Tell, VERSION};
use super::server::Server;
use super::table::Watcher;
use crate::base::RunId;
use crate::run::AttemptId;

/// Output told in one frame at most.
const PIECE: usize = 32 << 10;

impl Server {
    /// Obeys everything that an engine has sent completely. `false` means that it does not speak our language.
    pub(super) fn obey_all(&mut self, number: u64) -> bool {
        loop {
            let Some(connection) = self.engines.get_mut(&number) else { return false };
            match connection.next() {
                Ok(None) => return true,
                Ok(Some(ask)) => self.obey(number, ask),
                Err(_) => return false,
            }
        }
    }

    fn obey(&mut self, from: u64, ask: Ask) {
        match ask {
            Ask::Hello { version: _ } => {
                let hello = Tell::Hello { version: VERSION, instance: self.instance.clone(), pid: std::process::id() };
                self.tell(from, &hello);
            }
            Ask::Claim { run, token } => {
                let current = self.fence.pass(run, token).is_ok();
                let held = self.fence.secrets(run).filter(|_| current);
                let secrets =
                    held.map(|held| held.iter().map(|(name, value)| (name.clone(), value.to_string())).collect());
                self.tell(from, &Tell::Claimed { run, token, secrets });
            }
            Ask::Spawn { key, token, order, tied } => {
                if self.admit(from, key, token) {
                    if self.table.get(key).is_none() {
                        self.start(key, &order, tied.then_some(from));
                    }
                    self.watch(from, key, token, 0);
                }
            }
            Ask::Attach { key, token, from: offset } => {
                if self.admit(from, key, token) {
                    if self.table.get(key).is_some() {
                        self.watch(from, key, token, offset);
                    } else {
                        self.tell(from, &Tell::NeverSeen { key });
                    }
                }
            }
            Ask::Kill { key, token, grace } => {
                if self.admit(from, key, token) {
                    self.kill_softly(key, grace);
                }
            }
            Ask::Forget { run, token, attempts } => {
                if self.fence.pass(run, token).is_ok() {
                    for attempt in attempts {
                        self.table.forget(Key::of(run, AttemptId(attempt)));
                    }
                }
            }
            Ask::Over { run, token } => self.over(run, token),
            Ask::Entrust { run, token, secrets } => {
                if self.fence.pass(run, token).is_ok() {
                    let secrets = secrets.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect();
                    self.fence.entrust(run, secrets);
                }
            }
        }
    }

    fn over(&mut self, run: RunId, token: u64) {
        if self.fence.pass(run, token).is_ok() {
            self.fence.over(run);
            for key in self.table.of_run(run) {
                self.table.forget(key);
            }
        }
    }

    fn admit(&mut self, from: u64, key: Key, token: u64) -> bool {
        match self.fence.pass(key.run, token) {
            Ok(()) => true,
            Err(held) => {
                self.tell(from, &Tell::Stale { key, held });
                false
            }
        }
    }

    /// One connection hears of an attempt: the one that asked last. An earlier one is told that it was replaced.
    fn watch(&mut self, connection: u64, key: Key, token: u64, sent: u64) {
        let Some(attempt) = self.table.get_mut(key) else { return };
        let before = attempt.watcher.replace(Watcher { connection, sent, behind: false });
        if let Some(before) = before.filter(|before| before.connection != connection) {
            self.tell(before.connection, &Tell::Stale { key, held: token });
        }
        self.deliver(key);
    }

    fn tell(&mut self, to: u64, tell: &Tell) {
        if let Some(connection) = self.engines.get_mut(&to) {
            // What the keeper says is bounded by what it was sent, so it fits a frame.
            connection.tell(tell).unwrap_or_default();
        }
    }

    /// Tells the watcher of an attempt what it does not know yet, as far as there is room.
    pub(super) fn deliver(&mut self, key: Key) {
        let Some(attempt) = self.table.get_mut(key) else { return };
        let Some(watcher) = &mut attempt.watcher else { return };
        let Some(connection) = self.engines.get_mut(&watcher.connection) else {
            attempt.watcher = None;
            return;
        };
        if watcher.behind && connection.behind.contains(&key) {
            return;
        }
        watcher.behind = false;
        loop {
            if connection.is_full() {
                watcher.behind = true;
                connection.behind.push_back(key);
                return;
            }
            let head = attempt.kept.head_from(watcher.sent);
            let piece = &head[..head.len().min(PIECE)];
            if piece.is_empty() {
                break;
            }
            connection.output(key, watcher.sent, piece).unwrap_or_default();
            watcher.sent += piece.len() as u64;
        }
        let sent = watcher.sent;
        if let Some(last) = attempt.last_word(key) {
            let (offset, tail) = attempt.kept.tail_from(sent);
            if !tail.is_empty() {
                connection.output(key, offset, tail).unwrap_or_default();
            }
            connection.tell(&last).unwrap_or_default();
            attempt.watcher = None;
            if attempt.tied.is_some() {
                self.table.forget(key);
            }
        }
    }

    /// An engine is gone, and what was tied to it must go.
    pub(super) fn farewell(&mut self, number: u64) {
        self.engines.remove(&number);
        for key in self.table.tied_to(number) {
            self.kill_hard(key);
            self.table.forget(key);
        }
    }
}
