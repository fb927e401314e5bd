//! Starting and stopping members, from outside.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Error, Member, Place};

/// How often it is looked whether a process has ended, and how many times before it is killed, and after.
const LOOK: Duration = Duration::from_millis(20);
const GRACE: u32 = 250;
const AFTERLIFE: u32 = 100;

/// What starting came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It listens on this port.
    Now(u16),
    /// It ran already.
    Before(Pid),
}

/// What stopping came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// It ended when asked.
    Asked(Pid),
    /// It had to be killed.
    Killed(Pid),
    /// It did not run.
    Before,
}

/// Starts a member and returns once it listens, which is long before it is healthy.
pub fn start(place: &Place, member: Member) -> Result<Started, Error> {
    if let Some(pid) = place.holder(member)? {
        return Ok(Started::Before(pid));
    }
    let mut child = spawn(place, member)?;
    let stillborn = || Error::Stillborn { member, log: place.log(member) };
    let mut word = String::new();
    let output = child.stdout.take().ok_or_else(stillborn)?;
    BufReader::new(output).read_line(&mut word).map_err(|source| Error::Spawn { member, source })?;
    match (word.trim().parse(), place.holder(member)?) {
        (Ok(port), _) => Ok(Started::Now(port)),
        // Somebody else started it at the same moment, and this process gave way.
        (Err(_), Some(pid)) => Ok(Started::Before(pid)),
        (Err(_), None) => Err(stillborn()),
    }
}

/// The new process gets a pipe for one line, its port; everything else it has to say goes to its log.
#[expect(clippy::disallowed_methods, reason = "a member is no step: it must outlive the step that starts it")]
fn spawn(place: &Place, member: Member) -> Result<Child, Error> {
    let path = place.log(member);
    let log = OpenOptions::new().create(true).append(true).open(&path).map_err(Error::file(path))?;
    let failed = |source| Error::Spawn { member, source };
    std::process::Command::new(std::env::current_exe().map_err(failed)?)
        .args(["--log", "info", "tier", "serve", member.name(), "--dir"])
        .arg(place.dir())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .map_err(failed)
}

/// Ends a member and returns when it is gone.
pub fn stop(place: &Place, member: Member) -> Result<Stopped, Error> {
    let Some(pid) = place.holder(member)? else { return Ok(Stopped::Before) };
    // A process that ended between the question and the signal is what was wanted.
    let _ = kill(pid, Signal::SIGTERM);
    if gone(place, member, pid, GRACE)? {
        return Ok(Stopped::Asked(pid));
    }
    let _ = kill(pid, Signal::SIGKILL);
    if gone(place, member, pid, AFTERLIFE)? {
        return Ok(Stopped::Killed(pid));
    }
    Err(Error::Unstoppable { member, pid: pid.as_raw() })
}

fn gone(place: &Place, member: Member, pid: Pid, looks: u32) -> Result<bool, Error> {
    for _ in 0..looks {
        if place.holder(member)? != Some(pid) {
            return Ok(true);
        }
        thread::sleep(LOOK);
    }
    Ok(false)
}
