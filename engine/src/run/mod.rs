//! L3: one execution of a plan, as facts and folds of facts. Pure: no I/O, no clock, no async.

mod actor;
mod event;
mod journal;
mod request;
mod status;
mod summary;
mod unit_state;
mod verdict;

pub use actor::{Actor, Door};
pub use event::{
    AttemptId, Cause, CauseKind, End, Event, Fault, Header, Outcome, Purpose, Seen, Simulation, StepIx, Vote,
};
pub use journal::{BrokenChain, Head, Row};
pub use request::{Answer, ManualResult, Request, Submission};
pub use status::{Census, Control, RunStatus, status};
pub use summary::{OutputChunk, Summary};
pub use unit_state::{UnitEvent, UnitState};
pub use verdict::Verdict;
