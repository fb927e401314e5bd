//! What can go wrong, with place, cause and next step.

use std::io;
use std::path::PathBuf;

use super::Member;

/// Why something could not be done to a member.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the folder could not be used.
    #[error("{}: {source}; check that the folder exists, is writable and not full", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The process could not be set up.
    #[error("{member} could not be started: {source}")]
    Spawn {
        /// Who.
        member: Member,
        /// Why.
        source: io::Error,
    },
    /// The process ended before it listened.
    #[error("{member} ended before it was listening; its log says why: {}", log.display())]
    Stillborn {
        /// Who.
        member: Member,
        /// Its log.
        log: PathBuf,
    },
    /// The process does not end.
    #[error("{member} (process {pid}) did not end after being killed; look for a disk or file system that hangs")]
    Unstoppable {
        /// Who.
        member: Member,
        /// Its process.
        pid: i32,
    },
    /// Nobody answers, or somebody else.
    #[error("{member} does not answer: {why}")]
    Silent {
        /// Who.
        member: Member,
        /// In which way.
        why: String,
    },
    /// A web server has nobody to ask.
    #[error("no application is up ({why})")]
    NoApplication {
        /// How each of them is.
        why: String,
    },
    /// The member answered that it can not.
    #[error("{member} refused: {status} {why}")]
    Refused {
        /// Who.
        member: Member,
        /// The status of the answer.
        status: u16,
        /// Its text.
        why: String,
    },
    /// A line of the data file is not what was written.
    #[error("{}: line {line} was damaged; restore the file, or remove it to begin with new tickets", path.display())]
    Damaged {
        /// The data file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A ticket that can not be taken.
    #[error("{0}")]
    Unfit(&'static str),
    /// What was written is not what was read.
    #[error("what was written through web1 is not what web2 shows at {path}")]
    Disagree {
        /// Where it was looked for.
        path: String,
    },
}

impl Error {
    /// For `map_err` on files.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
