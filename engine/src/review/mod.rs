//! Beside L4: after the drill. What many runs show together, and what is to be done about it.
//!
//! ```text
//! a run ends ──keep──▶ RunFacts, RunUnits ──▶ comparison, trends, MTTR, obligations that were met
//!   (once, one         Rehearsed          ──▶ coverage map
//!    transaction)      Finding            ──▶ until a later run passes, or somebody bears the risk for a time
//! ```
//!
//! No page folds a journal: what pages show was written when the run ended ([`keep`], looked after by [`watch`]).

mod facts;
mod findings;
mod gather;
mod keeping;
mod rehearsed;
mod telling;
mod unit_digest;
mod watching;

pub use facts::{PointFacts, RunFacts, RunUnits, ServiceFacts, UnitFacts, VoteFacts, ended_runs, facts_of, units_of};
pub use findings::{
    Asker, CauseCategory, Command, Finding, FindingError, FindingKind, Observation, Severity, Status, Step, Subject,
    Tended, act, closed, finding, latest_waiver, raise, unsettled,
};
pub use keeping::{KeepError, keep};
pub use rehearsed::{Last, Rehearsed, Track};
pub use unit_digest::unit_digests;
pub use watching::{attend, watch};
