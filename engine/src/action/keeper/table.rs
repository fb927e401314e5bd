//! The attempts that the keeper holds.

use std::collections::HashMap;

use nix::unistd::Pid;

use super::beginning::Beginning;
use super::finder::Finder;
use super::kept::Kept;
use super::protocol::{Ending, How, Key, Stopped, Tell};
use crate::base::{RunId, Text, Timestamp};

/// Attempts held at most. An engine fetches its results at once, so more than this only pile up without one.
pub(super) const ATTEMPTS: usize = 50_000;
/// Bytes of output held at most, of all attempts together.
pub(super) const MEMORY: usize = 256 << 20;

/// Where an attempt stands.
#[derive(Debug)]
pub(super) enum State {
    /// Its process, leader of its group, runs.
    Running(Pid),
    /// The process ended; something still holds its output open.
    Draining(How, Timestamp),
    /// All is known.
    Ended(Ending),
    /// It could not be started.
    NotStarted(Text),
}

/// Who is told about an attempt, and how much was told.
#[derive(Debug)]
pub(super) struct Watcher {
    /// The connection.
    pub(super) connection: u64,
    /// Place of the first byte of output that was not told yet.
    pub(super) sent: u64,
    /// Whether it waits for room in the connection's outbox.
    pub(super) behind: bool,
}

/// One attempt.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) state: State,
    pub(super) kept: Kept,
    pub(super) finder: Option<Finder>,
    /// The beginning of its standard output, where that is wanted.
    pub(super) said: Option<Beginning>,
    pub(super) watcher: Option<Watcher>,
    pub(super) stopped: Option<Stopped>,
    /// The engine without which it must not go on.
    pub(super) tied: Option<u64>,
    /// Sources of its output that are still open.
    pub(super) pipes: Vec<u64>,
}

impl Attempt {
    /// A new one.
    pub(super) fn new(state: State, pipes: Vec<u64>, finder: Option<Finder>) -> Self {
        Self { state, kept: Kept::default(), finder, said: None, watcher: None, stopped: None, tied: None, pipes }
    }

    /// All is known now: nothing more of its output will be kept.
    pub(super) fn end(&mut self, how: How, ended_at: Timestamp) {
        self.state = State::Ended(Ending {
            how,
            ended_at,
            stopped: self.stopped,
            output_bytes: self.kept.total(),
            found: self.finder.as_ref().map(Finder::found),
            said: None,
        });
    }

    /// The last word about it, once there is one.
    pub(super) fn last_word(&self, key: Key) -> Option<Tell> {
        match &self.state {
            State::Running(_) | State::Draining(..) => None,
            State::Ended(ending) => {
                Some(Tell::Ended { key, ending: Ending { said: self.said.clone(), ..ending.clone() } })
            }
            State::NotStarted(why) => Some(Tell::NotStarted { key, why: why.clone() }),
        }
    }

    /// Bytes of memory that its output takes.
    fn held(&self) -> usize {
        self.kept.held() + self.said.as_ref().map_or(0, Beginning::held)
    }

    /// Whether the engine may still learn something new of it.
    pub(super) const fn is_open(&self) -> bool {
        matches!(self.state, State::Running(_) | State::Draining(..))
    }
}

/// All of them, with the memory that their output takes.
#[derive(Debug, Default)]
pub(super) struct Table {
    attempts: HashMap<Key, Attempt>,
    open: usize,
    memory: usize,
}

impl Table {
    pub(super) fn get(&self, key: Key) -> Option<&Attempt> {
        self.attempts.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Attempt> {
        self.attempts.get_mut(&key)
    }

    pub(super) fn is_full(&self) -> bool {
        self.attempts.len() >= ATTEMPTS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.attempts.is_empty()
    }

    /// Whether anything still runs.
    pub(super) const fn any_open(&self) -> bool {
        self.open > 0
    }

    pub(super) fn insert(&mut self, key: Key, attempt: Attempt) {
        self.open += usize::from(attempt.is_open());
        self.attempts.insert(key, attempt);
    }

    /// Takes output of an attempt in, within the memory there is.
    pub(super) fn take_in(&mut self, key: Key, bytes: &[u8], is_stdout: bool) {
        let Some(attempt) = self.attempts.get_mut(&key) else { return };
        if !attempt.is_open() {
            return;
        }
        if let (Some(finder), true) = (&mut attempt.finder, is_stdout) {
            finder.push(bytes);
        }
        let before = attempt.held();
        if let (Some(said), true) = (&mut attempt.said, is_stdout) {
            said.push(bytes, self.memory < MEMORY);
        }
        attempt.kept.push(bytes, self.memory < MEMORY);
        self.memory = self.memory + attempt.held() - before;
        if self.memory >= MEMORY {
            self.make_room();
        }
    }

    /// Output of ended attempts that nobody listens to goes first; their statuses stay.
    fn make_room(&mut self) {
        for attempt in self.attempts.values_mut() {
            if attempt.watcher.is_none() && !attempt.is_open() {
                self.memory -= attempt.kept.held();
                attempt.kept.drop_bytes();
            }
        }
    }

    /// Everything about the attempt is known.
    pub(super) fn end(&mut self, key: Key, how: How, ended_at: Timestamp) {
        if let Some(attempt) = self.attempts.get_mut(&key).filter(|attempt| attempt.is_open()) {
            attempt.end(how, ended_at);
            self.open -= 1;
        }
    }

    /// Lets go of an attempt that is over. One that runs is kept: somebody must collect it.
    pub(super) fn forget(&mut self, key: Key) {
        if self.attempts.get(&key).is_some_and(|attempt| !attempt.is_open())
            && let Some(attempt) = self.attempts.remove(&key)
        {
            self.memory -= attempt.held();
        }
    }

    /// Keys that may not outlive an engine.
    pub(super) fn tied_to(&self, engine: u64) -> Vec<Key> {
        self.attempts.iter().filter(|(_, attempt)| attempt.tied == Some(engine)).map(|(key, _)| *key).collect()
    }

    /// Keys of a run.
    pub(super) fn of_run(&self, run: RunId) -> Vec<Key> {
        self.attempts.keys().filter(|key| key.run == run).copied().collect()
    }
}
