//! The keeper's loop: one thread, one poll, no waiting on anybody.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, PipeReader, Read as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::socket::{getsockopt, sockopt};
use nix::unistd::{Pid, geteuid};

use super::connection::Connection;
use super::fence::Fence;
use super::protocol::Key;
use super::table::Table;

/// With nothing to hold for anybody, the keeper ends after this time.
const QUIET: Duration = Duration::from_mins(1);
/// With results or secrets that no engine has come for, it waits this long.
const HOLDING: Duration = Duration::from_hours(24);
/// How often it looks whether its folder is still there.
const LOOK_AROUND: Duration = Duration::from_secs(30);

const LISTENER: u64 = 0;
const CHILDREN: u64 = 1;

/// Something that will be due.
#[derive(Debug, Clone, Copy)]
pub(super) enum Due {
    /// The grace after SIGTERM is over.
    Kill,
    /// The grace for what holds the output of an ended process open is over.
    Drained,
}

/// Output of an attempt.
#[derive(Debug)]
pub(super) struct Output {
    /// The reading end.
    pub(super) pipe: PipeReader,
    /// Whose.
    pub(super) key: Key,
    /// Whether the text looked for may be in it.
    pub(super) is_stdout: bool,
}

/// Why the keeper ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Nothing to hold, and nobody came.
    Quiet,
    /// Results were not fetched in a day.
    Unfetched,
    /// Its folder is gone.
    Homeless,
}

/// Everything the keeper has.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) poll: Epoll,
    pub(super) instance: String,
    pub(super) fence: Fence,
    pub(super) table: Table,
    pub(super) engines: HashMap<u64, Connection>,
    pub(super) outputs: HashMap<u64, Output>,
    pub(super) by_pid: HashMap<Pid, Key>,
    pub(super) timers: BTreeMap<(Instant, u64), (Key, Due)>,
    pub(super) scratch: Vec<u8>,
    listener: UnixListener,
    children: UnixStream,
    socket: PathBuf,
    last_number: u64,
    busy_at: Instant,
    looked_at: Instant,
}

/// Monotonic time, for graces.
#[expect(clippy::disallowed_methods, reason = "graces are measured, not recorded: the wall clock may step")]
pub(super) fn monotonic() -> Instant {
    Instant::now()
}

impl Server {
    /// Watches the listener and the ends of children.
    pub(super) fn new(
        instance: String,
        listener: UnixListener,
        children: UnixStream,
        socket: PathBuf,
    ) -> io::Result<Self> {
        let poll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        listener.set_nonblocking(true)?;
        children.set_nonblocking(true)?;
        poll.add(&listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))?;
        poll.add(&children, EpollEvent::new(EpollFlags::EPOLLIN, CHILDREN))?;
        let now = monotonic();
        Ok(Self {
            poll,
            instance,
            fence: Fence::default(),
            table: Table::default(),
            engines: HashMap::new(),
            outputs: HashMap::new(),
            by_pid: HashMap::new(),
            timers: BTreeMap::new(),
            scratch: vec![0; 64 << 10],
            listener,
            children,
            socket,
            last_number: CHILDREN,
            busy_at: now,
            looked_at: now,
        })
    }

    /// Serves until there is nothing left to do for anybody.
    pub(super) fn serve(&mut self) -> io::Result<Over> {
        let mut events = [EpollEvent::empty(); 128];
        loop {
            let count = match self.poll.wait(&mut events, self.patience()) {
                Ok(count) => count,
                Err(Errno::EINTR) => 0,
                Err(error) => return Err(error.into()),
            };
            for event in &events[..count] {
                match event.data() {
                    LISTENER => self.welcome(),
                    CHILDREN => self.children_ended(),
                    number => self.served(number, event.events()),
                }
            }
            self.run_timers();
            self.flush_all();
            if let Some(over) = self.done() {
                return Ok(over);
            }
        }
    }

    /// A number for a new source.
    pub(super) fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn welcome(&mut self) {
        while let Ok((stream, _)) = self.listener.accept() {
            // The folder's mode keeps others out already; the kernel's word on the peer does so a second time.
            let ours = getsockopt(&stream, sockopt::PeerCredentials).is_ok_and(|peer| peer.uid() == geteuid().as_raw());
            let number = self.number();
            if ours
                && stream.set_nonblocking(true).is_ok()
                && self.poll.add(&stream, EpollEvent::new(EpollFlags::EPOLLIN, number)).is_ok()
            {
                self.engines.insert(number, Connection::new(stream));
            }
        }
    }

    fn children_ended(&mut self) {
        while matches!(self.children.read(&mut self.scratch), Ok(length) if length > 0) {}
        self.reap();
    }

    fn served(&mut self, number: u64, events: EpollFlags) {
        let Some(connection) = self.engines.get_mut(&number) else {
            return self.read_output(number, 1);
        };
        let mut alive = true;
        if events.contains(EpollFlags::EPOLLOUT) {
            alive = self.flush(number);
        } else if events.intersects(EpollFlags::EPOLLIN | EpollFlags::EPOLLHUP | EpollFlags::EPOLLERR) {
            alive = connection.read(&mut self.scratch);
        }
        // What a dying engine has sent completely is obeyed: it recorded that before it asked.
        if !(self.obey_all(number) && alive) {
            self.farewell(number);
        }
    }

    /// Sends what waits, and lets attempts that had to wait for room tell more.
    fn flush_all(&mut self) {
        let has_mail = |connection: &Connection| connection.has_mail() && !connection.blocked;
        let waiting: Vec<u64> =
            self.engines.iter().filter(|(_, connection)| has_mail(connection)).map(|(number, _)| *number).collect();
        for number in waiting {
            if !self.flush(number) {
                self.farewell(number);
            }
        }
    }

    fn flush(&mut self, number: u64) -> bool {
        loop {
            let Some(connection) = self.engines.get_mut(&number) else { return true };
            let was_blocked = connection.blocked;
            if connection.flush().is_err() {
                return false;
            }
            if connection.blocked != was_blocked {
                let out = if connection.blocked { EpollFlags::EPOLLOUT } else { EpollFlags::empty() };
                let mut wanted = EpollEvent::new(EpollFlags::EPOLLIN | out, number);
                if self.poll.modify(connection.stream(), &mut wanted).is_err() {
                    return false;
                }
            }
            if connection.blocked || connection.behind.is_empty() {
                return true;
            }
            for key in std::mem::take(&mut connection.behind) {
                self.deliver(key);
            }
        }
    }

    fn run_timers(&mut self) {
        while let Some(entry) = self.timers.first_entry() {
            if entry.key().0 > monotonic() {
                break;
            }
            let (key, due) = entry.remove();
            match due {
                Due::Kill => self.kill_hard(key),
                Due::Drained => self.stop_draining(key),
            }
        }
    }

    /// Asks to be woken after `grace`.
    pub(super) fn later(&mut self, grace: Duration, key: Key, due: Due) {
        let number = self.number();
        self.timers.insert((monotonic() + grace, number), (key, due));
    }

    fn patience(&self) -> EpollTimeout {
        let next = self.timers.first_key_value().map_or(LOOK_AROUND, |((due, _), _)| {
            // A millisecond more: the poll rounds down, and would else spin through the last fraction.
            due.saturating_duration_since(monotonic()) + Duration::from_millis(1)
        });
        EpollTimeout::try_from(next.min(LOOK_AROUND)).unwrap_or(EpollTimeout::ZERO)
    }

    /// Whether the keeper is needed no longer. Pipes that ended attempts left to their daemons count as needed: a
    /// daemon that finds its output closed dies of it.
    fn done(&mut self) -> Option<Over> {
        let now = monotonic();
        if !self.engines.is_empty() || self.table.any_open() {
            self.busy_at = now;
            return None;
        }
        if now.duration_since(self.looked_at) >= LOOK_AROUND {
            self.looked_at = now;
            if !self.socket.exists() {
                return Some(Over::Homeless);
            }
        }
        let holds = !self.table.is_empty() || self.fence.any_open();
        patience_is_over(now.duration_since(self.busy_at), holds, !self.outputs.is_empty())
    }
}

/// Whether a keeper without engines and running attempts has waited long enough: for somebody to come for what it
/// holds, or for anybody at all.
fn patience_is_over(idle: Duration, holds: bool, daemons: bool) -> Option<Over> {
    match (daemons, holds) {
        (true, _) => None,
        (false, true) => (idle >= HOLDING).then_some(Over::Unfetched),
        (false, false) => (idle >= QUIET).then_some(Over::Quiet),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keeper_waits_a_minute_with_empty_hands_a_day_with_results_and_forever_for_daemons() {
        let minute = Duration::from_mins(1);
        assert_eq!(patience_is_over(minute / 2, false, false), None);
        assert_eq!(patience_is_over(minute, false, false), Some(Over::Quiet));
        assert_eq!(patience_is_over(minute * 60 * 23, true, false), None);
        assert_eq!(patience_is_over(minute * 60 * 24, true, false), Some(Over::Unfetched));
        assert_eq!(patience_is_over(minute * 60 * 24 * 365, true, true), None);
    }
}
