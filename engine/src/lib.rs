//! The engine of Relight: from a YAML runbook to a proven record of what was done.
//!
//! The data's way, one module a hop; a module uses only those listed above it:
//!
//! | layer | module | what it owns |
//! |---|---|---|
//! | L0 | [`base`] | ids, clock, durations, bilingual text, digests, secrets |
//! | L1 | [`runbook`] | YAML text to a spanned document; diagnostics |
//! | L2 | [`inventory`] | sites, targets and secrets by name; which may be addressed in which mode |
//! | L2 | [`import`] | runbooks kept in spreadsheets: drafts and their gaps |
//! | L2 | [`plan`] | the compiled, immutable, valid form: graph, schedule, lints, digest |
//! | L3 | [`run`] | events, state and its tables, the pure `decide`, timing, verdicts |
//! | L3 | [`forecast`] | what is to be expected of a run, out of what its units took in past runs |
//! | L3 | [`report`] | the report as data and its plain renderings |
//! | L3 | [`cases`] | an event from the first news to its close: log, phases, grades, reports; the desk that keeps them |
//! | L4 | [`store`] | the journal and its leases: memory, SQLite, PostgreSQL |
//! | L4 | [`action`] | one file per step kind; the keeper of processes; simulation |
//! | L4 | [`secrets`] | the values of the inventory's secrets; the sealed store |
//! | L4 | [`identity`] | accounts and sessions |
//! | L4 | [`evidence`] | sealed packs, the keys that sign them, their proof offline; anchors |
//! | L4 | [`documents`] | the repository of documents: versions, files, and a search that knows Korean |
//! | L4 | [`telling`] | who is told what, over which channel, and who has acknowledged it |
//! | L4 | [`review`] | after the drill: what is kept of a run that is over, findings, comparison, trends, coverage, calendar |
//! | L5 | [`executor`] | the dispatcher that owns a run, its workers, recovery |
//! | L5 | [`replication`] | the links of the inventory, watched all the while |
//!
//! Nothing in here knows HTTP routes, templates, the command line or the process environment.

pub mod action;
pub mod base;
pub mod cases;
pub mod documents;
pub mod evidence;
pub mod executor;
pub mod forecast;
pub mod identity;
pub mod import;
pub mod inventory;
pub mod plan;
pub mod replication;
pub mod report;
pub mod review;
pub mod run;
pub mod runbook;
pub mod secrets;
pub mod store;
pub mod telling;
