//! One folder a noun, one file a verb.

pub mod approvals;
pub mod assets;
pub mod audit;
pub mod cases;
pub mod components;
pub mod contacts;
pub mod diagnostics;
pub mod evidence;
pub mod findings;
pub mod glass;
pub mod health;
pub mod issues;
pub mod language;
pub mod me;
pub mod messages;
pub mod password;
pub mod people;
pub mod reports;
pub mod runbooks;
pub mod runs;
pub mod session;
pub mod tasks;
pub mod telling;
