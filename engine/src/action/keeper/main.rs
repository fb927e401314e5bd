//! The keeper's own process, from its start to its end.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use nix::fcntl::{Flock, FlockArg};
use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::door::{LOCK, READY, SOCKET};
use super::server::{Over, Server};
use super::spawn::null;
use crate::base::{Clock as _, IdSource as _, SystemClock, SystemIds};

/// Open files wanted: two for each attempt, and some.
const FILES: u64 = 65_536;

/// Runs the keeper of a folder to its end. Says `ready` on standard output once it can be reached, or else why not.
/// Nothing else of the program may be initialised before: a step waits for this.
pub fn main(folder: &Path) -> ExitCode {
    match keep(folder) {
        Ok(over) => {
            note(match over {
                Over::Quiet => "ended: nothing to keep",
                Over::Unfetched => "ended: nobody came for its results in a day",
                Over::Homeless => "ended: its folder is gone",
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            writeln!(io::stdout(), "{error}").unwrap_or_default();
            note(&format!("ended: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn keep(folder: &Path) -> io::Result<Over> {
    // A session of its own: no terminal's hang-up or Ctrl-C reaches it, nor what it starts. It fails only for a group's
    // leader, which the keeper is when somebody starts it by hand.
    nix::unistd::setsid().map(drop).unwrap_or_default();
    // Orphans of steps come to the keeper, which collects them even where process 1 does not.
    prctl::set_child_subreaper(true).unwrap_or_default();
    raise_file_limit();

    let home = File::open(folder)?;
    // By way of the open folder: a socket's own path may have 107 bytes only.
    let near = PathBuf::from(format!("/proc/self/fd/{}", home.as_raw_fd())).join(SOCKET);
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
    // Waits for a keeper that is just ending; the engine does not wait longer for us than it makes sense.
    let _held = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, errno)| errno)?;
    match fs::remove_file(&near) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&near)?;
    let (children, wake) = UnixStream::pair()?;
    signal_hook::low_level::pipe::register(signal_hook::consts::SIGCHLD, wake)?;
    let instance = SystemIds.fresh().to_string();
    let mut server = Server::new(instance.clone(), listener, children, folder.join(SOCKET))?;

    io::stdout().write_all(READY.as_bytes())?;
    io::stdout().flush()?;
    nix::unistd::dup2_stdout(null()?)?;
    note(&format!("{instance} keeps {} as process {}", folder.display(), std::process::id()));
    let over = server.serve()?;
    // Only a keeper that ends in order takes its socket away; the next one replaces what a killed one left.
    fs::remove_file(&near).unwrap_or_default();
    Ok(over)
}

fn raise_file_limit() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard.min(FILES)
    {
        setrlimit(Resource::RLIMIT_NOFILE, hard.min(FILES), hard).unwrap_or_default();
    }
}

/// A line in the keeper's log, which is its standard error.
fn note(line: &str) {
    writeln!(io::stderr(), "{} keeper {line}", SystemClock.now()).unwrap_or_default();
}
