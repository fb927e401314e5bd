//! Beside L4: after the drill. What many runs show together, and what is to be done about it.
//!
//! ```text
//! a run ends ──keep──▶ RunFacts, RunUnits ──▶ comparison, trends, MTTR, obligations that were met
//!   (once, one         Rehearsed          ──▶ coverage map
//!    transaction)      Finding            ──▶ until a later run passes, or somebody bears the risk for a time
//! ```
//!
//! No page folds a journal: what pages show was written when the run ended ([`keep`], looked after by [`watch`]).

mod beside;
mod calendar;
mod compare;
mod coverage;
mod facts;
mod findings;
mod gather;
mod keeping;
mod past;
mod rehearsed;
mod telling;
mod trend;
mod unit_digest;
mod unit_hosts;
mod watching;

pub use beside::{open_before, regulations};
pub use calendar::{
    Adoption, CalendarError, Catalogue, CatalogueError, Clause, Duty, Held, Holiday, Holidays, Last as LastHeld,
    Planned, Profile, Standing, abandon, adopt, adoptions, cancel, held, hold, ics, plan, planned, planned_drill,
    standings, was_planned,
};
pub use compare::{Change, Comparison, Ended, Line, Note, NoteError, Side, Took, annotate, compare, notes};
pub use coverage::{Coverage, Covered};
pub use facts::{
    PointFacts, RunFacts, RunUnits, ServiceFacts, UnitFacts, VoteFacts, ended_runs, facts_of, units_in_order, units_of,
};
pub use findings::{
    Asker, CauseCategory, Command, Finding, FindingError, FindingKind, Observation, Severity, Status, Step, Subject,
    Tended, act, closed, finding, latest_waiver, raise, unsettled,
};
pub use keeping::{KeepError, keep};
pub use past::{Hindsight, LOOKS_BACK, Past};
pub use rehearsed::{Last, Rehearsed, Track};
pub use trend::{
    Base, Baseline, BaselineError, Incident, Mttr, Point, Trend, baseline, baselines, mttr, name_baseline, trend,
};
pub use unit_digest::unit_digests;
pub use watching::{attend, watch};
