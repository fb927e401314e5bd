//! Exit codes. They are a contract: `docs/cli.md`.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// As asked; of a run: completed.
    Done,
    /// Of a run: failed or aborted. Of a check or proof: not passed. Of a request: refused.
    Failed,
    /// The command can not be carried out as it was given; nothing was changed.
    Usage,
    /// Of a run: completed, but later than its objective.
    Exceeded,
    /// The state folder, the database or the keeper is not to be had; what was recorded is safe.
    Unable,
    /// Ctrl-C before the run was over; `relight resume` goes on with it.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Exceeded => 3,
            Exit::Unable => 4,
            Exit::Interrupted => 130,
        })
    }
}
