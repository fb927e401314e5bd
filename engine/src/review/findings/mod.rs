//! Findings (조치 과제): what a run showed that was not as it should be. One is closed by a later run that passes, or its risk
//! is borne for a time by somebody who does not answer for it; nothing else ends it.

mod command;
mod desk;
mod finding;
mod kind;
mod made;
mod mishap;
mod passing;

pub use command::{Command, Step, Tended};
pub use desk::{Asker, FindingError, Observation, act, closed, finding, latest_waiver, raise, unsettled};
pub(super) use desk::{expire, of_runbook};
pub use finding::{Finding, Status};
pub use kind::{CauseCategory, FindingKind, Severity, Subject};
pub(super) use made::made;
pub(super) use mishap::mishaps;
pub(super) use passing::Retest;
