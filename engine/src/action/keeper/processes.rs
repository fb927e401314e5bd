//! What the keeper does with processes: start, listen, collect, end.

use std::io::ErrorKind;
use std::time::Duration;

use nix::sys::epoll::{EpollEvent, EpollFlags};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::Pid;

use super::beginning::Beginning;
use super::finder::Finder;
use super::protocol::{How, Key, Stopped};
use super::server::{Due, Output, Server};
use super::table::{ATTEMPTS, Attempt, State};
use super::{Order, spawn};
use crate::base::{Clock as _, Millis, SystemClock, Text};

/// How long something else may hold an ended process's output open before the end is told without it.
const DRAIN: Duration = Duration::from_millis(500);
/// Reads at once from a process that ended: a pipe holds less, so whatever it wrote itself is in.
const LAST_READS: usize = 32;

impl Server {
    /// Starts a process for a key that is not known yet.
    pub(super) fn start(&mut self, key: Key, order: &Order, tied: Option<u64>) {
        if self.table.is_full() {
            let why = Text::new(
                format!(
                    "프로세스 관리자에 엔진이 가져가지 않은 결과가 {ATTEMPTS}개 있습니다. 엔진이 왜 가져가지 않는지 \
                     확인하십시오"
                ),
                format!("the keeper holds {ATTEMPTS} results that no engine has fetched: look why the engine does not"),
            );
            self.table.insert(key, Attempt::new(State::NotStarted(why), Vec::new(), None));
            return;
        }
        let mut attempt = match spawn::spawn(order) {
            Err(why) => Attempt::new(State::NotStarted(why), Vec::new(), None),
            Ok(started) => {
                let mut pipes = Vec::with_capacity(started.pipes.len());
                for (pipe, is_stdout) in started.pipes.into_iter().zip([true, false]) {
                    let number = self.number();
                    // Fails only for want of kernel memory; the attempt then runs on with this output lost.
                    if self.poll.add(&pipe, EpollEvent::new(EpollFlags::EPOLLIN, number)).is_ok() {
                        self.outputs.insert(number, Output { pipe, key, is_stdout });
                        pipes.push(number);
                    }
                }
                self.by_pid.insert(started.pid, key);
                let finder = order.look_for.as_deref().map(Finder::new);
                let mut attempt = Attempt::new(State::Running(started.pid), pipes, finder);
                attempt.said = order.keep.then(Beginning::default);
                attempt
            }
        };
        attempt.tied = tied;
        self.table.insert(key, attempt);
    }

    /// Reads output, so often at most.
    pub(super) fn read_output(&mut self, number: u64, times: usize) {
        let Some(Output { pipe, key, is_stdout }) = self.outputs.get_mut(&number) else { return };
        let key = *key;
        for _ in 0..times {
            match spawn::read(pipe, &mut self.scratch) {
                Ok(0) => return self.output_closed(number, key),
                Ok(length) => self.table.take_in(key, &self.scratch[..length], *is_stdout),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return self.output_closed(number, key),
            }
        }
        self.deliver(key);
    }

    fn output_closed(&mut self, number: u64, key: Key) {
        self.outputs.remove(&number);
        if let Some(attempt) = self.table.get_mut(key) {
            attempt.pipes.retain(|pipe| *pipe != number);
            if attempt.pipes.is_empty() {
                self.stop_draining(key);
            }
        }
        self.deliver(key);
    }

    /// Collects all children that ended: its own, and orphans of theirs that came to it.
    pub(super) fn reap(&mut self) {
        let look = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        loop {
            let (pid, how) = match waitid(Id::All, look) {
                Ok(WaitStatus::Exited(pid, code)) => (pid, How::Code(code)),
                Ok(WaitStatus::Signaled(pid, signal, _)) => (pid, How::Signal(signal as i32)),
                Ok(_) | Err(_) => return,
            };
            let key = self.by_pid.remove(&pid);
            if let Some(attempt) = key.and_then(|key| self.table.get_mut(key))
                && attempt.stopped.is_some()
            {
                // While the leader is not collected its number can not be given to a stranger's group.
                signal_group(pid, Signal::SIGKILL);
            }
            if waitpid(pid, None).is_err() {
                return;
            }
            if let Some(key) = key {
                self.ended(key, how);
            }
        }
    }

    fn ended(&mut self, key: Key, how: How) {
        let Some(attempt) = self.table.get_mut(key) else { return };
        attempt.state = State::Draining(how, SystemClock.now());
        let pipes = attempt.pipes.clone();
        if pipes.is_empty() {
            return self.stop_draining(key);
        }
        for pipe in pipes {
            self.read_output(pipe, LAST_READS);
        }
        if self.table.get(key).is_some_and(Attempt::is_open) {
            self.later(DRAIN, key, Due::Drained);
        }
    }

    /// Tells the end of a process that ended, whoever still holds its output. That output is read on and thrown away:
    /// a daemon must not die because nobody listens any more.
    pub(super) fn stop_draining(&mut self, key: Key) {
        if let Some(State::Draining(how, at)) = self.table.get(key).map(|attempt| &attempt.state) {
            let (how, at) = (*how, *at);
            self.table.end(key, how, at);
            if self.table.get(key).is_some_and(|attempt| self.is_deserted(attempt)) {
                return self.table.forget(key);
            }
            self.deliver(key);
        }
    }

    /// Whether it was tied to an engine that is gone.
    fn is_deserted(&self, attempt: &Attempt) -> bool {
        attempt.tied.is_some_and(|engine| !self.engines.contains_key(&engine))
    }

    /// Asks a process group to end.
    pub(super) fn kill_softly(&mut self, key: Key, grace: Millis) {
        let Some(attempt) = self.table.get_mut(key) else { return };
        let State::Running(pid) = attempt.state else { return };
        if attempt.stopped.is_none() {
            attempt.stopped = Some(Stopped::Terminated);
            signal_group(pid, Signal::SIGTERM);
            self.later(grace.to_std(), key, Due::Kill);
        }
    }

    /// Ends a process group that has outlived its grace.
    pub(super) fn kill_hard(&mut self, key: Key) {
        let Some(attempt) = self.table.get_mut(key) else { return };
        if let State::Running(pid) = attempt.state {
            attempt.stopped = Some(Stopped::Killed);
            signal_group(pid, Signal::SIGKILL);
        }
    }
}

/// A group that is gone already needs no signal, and one that may not be signalled can not be helped.
fn signal_group(leader: Pid, signal: Signal) {
    killpg(leader, signal).unwrap_or_default();
}
