//! The JSON interface: everything that the console can do, for programs.
//!
//! The routes make the OpenAPI document ([`document`]); one that is not in it does not exist. A request goes the way of a
//! page's: `middleware::visit` finds out who asks, `run::permit` whether they may, and what changes something is the same
//! function that the console's forms end in. Only what comes in and goes out is this module's own: [`model`] says what
//! programs may rely on, apart from the types of the engine, which may change.

mod alerts;
mod audit;
mod calendar;
mod caller;
mod cases;
mod components;
mod contacts;
mod declare;
mod delegations;
mod document;
mod documents;
mod evidence;
mod findings;
mod glass;
mod health;
mod issues;
mod messages;
pub mod model;
mod once;
mod outlook;
mod own;
mod pace;
mod packs;
mod page;
mod paging;
mod people;
mod preflight;
mod problem;
mod replication;
mod reports;
mod requests;
mod review;
mod runbooks;
mod runs;
mod sent;
mod session;
mod teams;
mod telling;
mod trends;
mod units;
mod waiting;

pub use caller::Caller;
pub use document::{PREFIX, document, routes, uploads};
pub use pace::{Paces, pace};
pub use page::show as page;
pub use problem::{Problem, is_api, wanted_lang};
