//! The folder where members leave word of themselves.
//!
//! A running member holds a record lock on its `NAME.lock`. Whether it runs, and as which process, is asked of the
//! kernel: a process id in a file could be that of a stranger by the time somebody reads it.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use nix::unistd::Pid;

use super::{Error, Member};

/// The folder.
#[derive(Debug, Clone)]
pub struct Place {
    dir: PathBuf,
}

/// Held by a member for as long as it lives; the kernel lets go of it whatever way the process ends.
#[derive(Debug)]
pub(super) struct Claim {
    _held: File,
}

impl Place {
    /// Takes a folder, making it where it does not exist.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(Error::file(dir))?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The log of a member.
    pub fn log(&self, member: Member) -> PathBuf {
        self.file(member, "log")
    }

    /// The tickets.
    pub(super) fn data(&self) -> PathBuf {
        self.file(Member::Db, "data")
    }

    /// The process that is the member now, if there is one.
    pub fn holder(&self, member: Member) -> Result<Option<Pid>, Error> {
        let path = self.file(member, "lock");
        let file = open_lock(&path)?;
        let mut asked = write_lock();
        match fcntl(&file, FcntlArg::F_GETLK(&mut asked)) {
            Ok(_) if i32::from(asked.l_type) == libc::F_UNLCK => Ok(None),
            Ok(_) => Ok(Some(Pid::from_raw(asked.l_pid))),
            Err(errno) => Err(Error::File { path, source: errno.into() }),
        }
    }

    /// Makes this process the member. `None` when another one is.
    pub(super) fn claim(&self, member: Member) -> Result<Option<Claim>, Error> {
        let path = self.file(member, "lock");
        let file = open_lock(&path)?;
        match fcntl(&file, FcntlArg::F_SETLK(&write_lock())) {
            Ok(_) => Ok(Some(Claim { _held: file })),
            Err(Errno::EACCES | Errno::EAGAIN) => Ok(None),
            Err(errno) => Err(Error::File { path, source: errno.into() }),
        }
    }

    /// Leaves word of the port; kept after the end, so that a member comes back at its old address.
    pub(super) fn publish(&self, member: Member, port: u16) -> Result<(), Error> {
        let (fresh, path) = (self.file(member, "port.new"), self.file(member, "port"));
        fs::write(&fresh, port.to_string()).map_err(Error::file(&fresh))?;
        fs::rename(&fresh, &path).map_err(Error::file(path))
    }

    /// The port last published.
    pub fn port(&self, member: Member) -> Option<u16> {
        fs::read_to_string(self.file(member, "port")).ok()?.trim().parse().ok()
    }

    fn file(&self, member: Member, ending: &str) -> PathBuf {
        self.dir.join(format!("{member}.{ending}"))
    }
}

fn open_lock(path: &Path) -> Result<File, Error> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(Error::file(path))
}

/// An exclusive lock on a whole file.
#[expect(clippy::cast_possible_truncation, reason = "the constants are small; their types differ between systems")]
const fn write_lock() -> libc::flock {
    libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}
