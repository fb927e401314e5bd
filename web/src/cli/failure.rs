//! The one place where what went wrong becomes a message, a hint and an exit code.

use std::fmt;
use std::io;

use engine::executor::{AdoptError, DeclareError, LoadError, SubmitError};
use engine::{run, store};

use super::exit::Exit;
use super::say;
use crate::config::FolderError;

/// Why a command ended early.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    message: String,
    hints: Vec<String>,
}

impl Failure {
    /// The command can not be carried out as it was given.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), hints: Vec::new() }
    }

    /// It was understood, and the answer is no.
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into(), hints: Vec::new() }
    }

    /// Something that is needed is not to be had.
    pub(super) fn unable(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unable, message: message.into(), hints: Vec::new() }
    }

    /// What a person can do next.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says it on standard error and gives the exit code.
    pub(super) fn report(&self) -> Exit {
        if !self.message.is_empty() {
            say::note(&format!("error: {}", self.message));
        }
        for hint in &self.hints {
            say::note(&format!("  hint: {hint}"));
        }
        self.exit
    }
}

impl fmt::Display for Failure {
    /// What happened and what can be done, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hints.iter().try_for_each(|hint| write!(f, "; {hint}"))
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let message = error.to_string();
        match error {
            store::Error::NoSuchRun(_) => Self::usage(message).hint("`relight runs` lists the runs of this state"),
            store::Error::RunExists(_) => Self::unable(message),
            store::Error::Fenced { run, .. } => {
                Self::unable(message).hint(format!("that engine goes on with it; `relight report {run}` shows how far"))
            }
            store::Error::Conflict { .. } => {
                Self::unable(message).hint("two engines write the same run: stop one of them")
            }
            store::Error::Unavailable { .. } => Self::unable(message)
                .hint("`relight doctor` says what is wrong with the state; what was recorded is safe"),
            store::Error::Inconsistent { .. } => {
                Self::unable(message).hint("the database was changed from outside: restore it from a backup")
            }
        }
    }
}

impl From<run::Corrupt> for Failure {
    fn from(corrupt: run::Corrupt) -> Self {
        Self::refused(corrupt.to_string()).hint("`relight verify RUN` names the first row that is broken")
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => error.into(),
            LoadError::Corrupt { run, .. } => Self::refused(error.to_string())
                .hint(format!("relight verify {run} names the first row that is broken")),
        }
    }
}

impl From<AdoptError> for Failure {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Load(error) => error.into(),
            AdoptError::Store(error) => error.into(),
            AdoptError::Owned(_) | AdoptError::ShuttingDown => Self::unable(error.to_string()),
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Store(error) => error.into(),
            SubmitError::Unanswered(_) => Self::unable(error.to_string()),
        }
    }
}

impl From<DeclareError> for Failure {
    fn from(error: DeclareError) -> Self {
        let message = error.to_string();
        match error {
            DeclareError::Store(error) => error.into(),
            DeclareError::Denied(_) | DeclareError::Case(_) => Self::refused(message),
            DeclareError::Inputs(_) => {
                Self::usage(message).hint("--input NAME=VALUE for open ones, --secret NAME=env:VARIABLE for secrets")
            }
            DeclareError::Mode { .. }
            | DeclareError::Targets(_)
            | DeclareError::Components { .. }
            | DeclareError::Callee { .. }
            | DeclareError::Marks { .. } => Self::usage(message),
            DeclareError::Unlinked(_)
            | DeclareError::Illegal(_)
            | DeclareError::Unwritable(_)
            | DeclareError::ShuttingDown => Self::unable(message),
        }
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        Self::unable(error.to_string()).hint("name another folder: --state DIR or RELIGHT_STATE")
    }
}

impl From<say::Closed> for Failure {
    /// Whoever read our output has seen enough: that is no error of ours.
    fn from(closed: say::Closed) -> Self {
        match closed {
            say::Closed::Pipe => Self { exit: Exit::Done, message: String::new(), hints: Vec::new() },
            say::Closed::Broken(cause) => Self::unable(format!("standard output can not be written: {cause}")),
        }
    }
}

/// An I/O error on something that can be named.
pub(super) fn on_file(what: &std::path::Path, cause: &io::Error) -> Failure {
    Failure::usage(format!("{}: {cause}", what.display()))
}
