//! Issued versions of a run's report, their signatures, and the sealed pack.

mod act;
mod file;
mod pack;
mod show;

pub use act::act;
pub(crate) use act::{issued, signed};
pub use file::file;
pub(crate) use file::frozen;
pub use pack::pack;
pub(crate) use pack::{offered, sealed};
pub use show::show;

use engine::base::Bilingual as _;
use engine::evidence::issue::IssueError;

use crate::error::Error;
use crate::i18n::Words;

/// What a person or a program is told.
pub(crate) fn told(error: IssueError, w: Words) -> Error {
    let message = w.text(&error.text()).to_owned();
    match error {
        IssueError::NoSuchVersion => Error::NotFound,
        IssueError::Denied(_) => Error::Forbidden { why: message },
        IssueError::Refused(refusal) => Error::Refused { code: refusal.code().to_owned(), message },
        IssueError::Corrupt(corrupt) => Error::Corrupt(corrupt.text()),
        IssueError::Store(error) => error.into(),
        IssueError::Internal(why) => Error::Internal(why),
    }
}
