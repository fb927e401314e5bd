//! How an engine comes to a keeper: the one that is there, or a new one.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::geteuid;

use super::frames::{self, Frame, Inbox};
use super::protocol::{Ask, Tell, VERSION};
use crate::base::{Bilingual, Lang, Text};

/// The socket's name in the keeper's folder.
pub(super) const SOCKET: &str = "keeper.sock";
/// Locked by a keeper as long as it lives.
pub(super) const LOCK: &str = "keeper.lock";
/// What a keeper says once it can be reached.
pub(super) const READY: &str = "ready\n";
/// Locked by an engine while it starts a keeper, so that two engines start one.
const START_LOCK: &str = "keeper.start";
const LOG: &str = "keeper.log";
/// Longest silence of a keeper that is there. It has one thread and never waits, so silence means it was stopped.
const ANSWER: Duration = Duration::from_secs(10);

/// Longest wait for a keeper that is being started, in milliseconds.
const START: u16 = 10_000;

/// Where the keeper lives and how one is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// A folder of its own, made with mode 0700 where it is missing.
    pub folder: PathBuf,
    /// The program that runs [`super::main`] …
    pub program: PathBuf,
    /// … when called with these arguments.
    pub arguments: Vec<OsString>,
}

/// Why there is no keeper. Commands can not be run without one; everything else can.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder can not be used.
    #[error("the keeper's folder {folder} can not be used: {source}; check its owner and the space left")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder belongs to somebody else, who could then run commands as us.
    #[error("the keeper's folder {folder} belongs to another user: choose another state folder")]
    Stranger {
        /// The folder.
        folder: PathBuf,
    },
    /// It could not be started.
    #[error("the keeper of processes did not start: {}; its log is {log}", why.get(Lang::En))]
    Start {
        /// What it said.
        why: Text,
        /// Its log.
        log: PathBuf,
    },
    /// One is there but does not answer as it should.
    #[error("the keeper of processes does not answer: {0}; if it was stopped, let it go on (kill -CONT)")]
    Silent(io::Error),
    /// One of another version is there, holding what an older engine started.
    #[error(
        "a keeper of protocol {theirs} is at work here and this engine speaks {VERSION}: let its runs end with the older version first"
    )]
    Version {
        /// Its version.
        theirs: u32,
    },
}

impl Bilingual for Error {
    fn ko(&self) -> String {
        match self {
            Self::Folder { folder, source } => format!(
                "프로세스 관리자의 폴더 {}을(를) 쓸 수 없습니다: {source}. 소유자와 남은 공간을 확인하십시오",
                folder.display()
            ),
            Self::Stranger { folder } => format!(
                "프로세스 관리자의 폴더 {}이(가) 다른 사용자의 것입니다. 다른 상태 폴더를 고르십시오",
                folder.display()
            ),
            Self::Start { why, log } => format!(
                "프로세스 관리자가 시작되지 않았습니다: {}. 기록은 {}에 있습니다",
                why.get(Lang::Ko),
                log.display()
            ),
            Self::Silent(error) => {
                format!("프로세스 관리자가 응답하지 않습니다: {error}. 멈춰 있다면 다시 진행시키십시오 (kill -CONT)")
            }
            Self::Version { theirs } => format!(
                "여기에는 규약 {theirs}의 프로세스 관리자가 있고 이 엔진은 {VERSION}을(를) 씁니다. 먼저 그 버전의 \
                 엔진으로 실행을 마치십시오"
            ),
        }
    }
}

/// A connection over which greetings were exchanged.
#[derive(Debug)]
pub(super) struct Open {
    /// The connection.
    pub(super) stream: UnixStream,
    /// The keeper's name.
    pub(super) instance: String,
    /// Its process id.
    pub(super) process: u32,
    /// The keeper's process, when this engine started it: to be collected when it ends.
    pub(super) child: Option<Child>,
}

/// Finds the keeper, or starts one. Blocks for some milliseconds.
pub(super) fn open(config: &Config) -> Result<Open, Error> {
    let unusable = |source| Error::Folder { folder: config.folder.clone(), source };
    let home = prepare(&config.folder)?;
    // By way of the open folder: a socket's own path may have 107 bytes only.
    let socket = PathBuf::from(format!("/proc/self/fd/{}", home.as_raw_fd())).join(SOCKET);
    if let Some(open) = knock(&socket)? {
        return Ok(open);
    }
    let lock = private(&config.folder.join(START_LOCK)).map_err(unusable)?;
    let _held = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, errno)| unusable(errno.into()))?;
    if let Some(open) = knock(&socket)? {
        return Ok(open);
    }
    let child = start(config)?;
    let open = knock(&socket)?.ok_or_else(|| failed(config, Text::new("곧바로 종료되었습니다", "it ended at once")))?;
    Ok(Open { child: Some(child), ..open })
}

fn prepare(folder: &Path) -> Result<File, Error> {
    let unusable = |source| Error::Folder { folder: folder.to_path_buf(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    let home = File::open(folder).map_err(unusable)?;
    let found = home.metadata().map_err(unusable)?;
    if found.uid() != geteuid().as_raw() {
        return Err(Error::Stranger { folder: folder.to_path_buf() });
    }
    if found.mode() & 0o077 != 0 {
        fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(unusable)?;
    }
    Ok(home)
}

fn private(path: &Path) -> io::Result<File> {
    File::options().create(true).append(true).mode(0o600).open(path)
}

fn knock(socket: &Path) -> Result<Option<Open>, Error> {
    match UnixStream::connect(socket) {
        Ok(stream) => match greet(stream) {
            // It was just being killed: its door outlives it by a moment.
            Err(Error::Silent(error)) if is_hang_up(&error) => Ok(None),
            greeted => greeted.map(Some),
        },
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(Error::Silent(error)),
    }
}

fn is_hang_up(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof)
}

fn greet(mut stream: UnixStream) -> Result<Open, Error> {
    let silent = Error::Silent;
    let garbled = |_| Error::Silent(ErrorKind::InvalidData.into());
    stream.set_read_timeout(Some(ANSWER)).map_err(silent)?;
    let mut hello = Vec::new();
    frames::put_words(&mut hello, &Ask::Hello { version: VERSION }).map_err(garbled)?;
    stream.write_all(&hello).map_err(silent)?;
    let (mut inbox, mut scratch) = (Inbox::default(), [0; 512]);
    loop {
        let length = stream.read(&mut scratch).map_err(silent)?;
        if length == 0 {
            return Err(Error::Silent(ErrorKind::UnexpectedEof.into()));
        }
        inbox.extend(&scratch[..length]);
        if let Some(Frame::Words(body)) = inbox.next().map_err(garbled)? {
            let Tell::Hello { version, instance, pid: process } = frames::words(body).map_err(garbled)? else {
                return Err(Error::Silent(ErrorKind::InvalidData.into()));
            };
            if version != VERSION {
                return Err(Error::Version { theirs: version });
            }
            stream.set_read_timeout(None).map_err(silent)?;
            return Ok(Open { stream, instance, process, child: None });
        }
    }
}

fn start(config: &Config) -> Result<Child, Error> {
    let log =
        private(&config.folder.join(LOG)).map_err(|source| Error::Folder { folder: config.folder.clone(), source })?;
    #[expect(clippy::disallowed_methods, reason = "this is how the keeper itself comes to be")]
    let mut command = std::process::Command::new(&config.program);
    command
        .args(&config.arguments)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    let mut child = command.spawn().map_err(|error| failed(config, Text::plain(error.to_string())))?;
    let mut said = String::new();
    if let Some(stdout) = child.stdout.take() {
        let mut line = [PollFd::new(stdout.as_fd(), PollFlags::POLLIN)];
        if poll(&mut line, PollTimeout::from(START)).map_err(|errno| failed(config, Text::plain(errno.to_string())))?
            == 0
        {
            child.kill().and_then(|()| child.wait()).map_err(Error::Silent)?;
            let why = Text::new(
                "먼저 있던 프로세스 관리자가 폴더를 잡고 있고 연결되지 않습니다. 그 프로세스를 먼저 종료하십시오",
                "an earlier keeper holds the folder and can not be reached: end that process first",
            );
            return Err(failed(config, why));
        }
        // Ends with the line or, when the keeper fails, with the pipe.
        BufReader::new(stdout.take(4_096))
            .read_line(&mut said)
            .map_err(|error| failed(config, Text::plain(error.to_string())))?;
    }
    if said == READY {
        return Ok(child);
    }
    child.wait().map_err(Error::Silent)?;
    let silent = || Text::new("아무 말이 없었습니다", "it said nothing");
    Err(failed(config, if said.is_empty() { silent() } else { Text::plain(said.trim()) }))
}

fn failed(config: &Config, why: Text) -> Error {
    Error::Start { why, log: config.folder.join(LOG) }
}
