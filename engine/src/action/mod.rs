//! L4: what steps do to the world, one file per kind.

mod actions;
mod addressing;
mod asker;
mod capture;
mod check;
mod commands;
mod contract;
mod destination;
mod dns;
mod dns_update;
mod environment;
mod guard;
mod host;
mod http;
pub mod keeper;
pub mod mask;
mod notify;
mod process;
mod replication;
pub mod simulate;
mod sql;
pub mod ssh;
mod tcp;
mod tls;
mod transcript;
mod trust;
mod vantage;

pub use actions::Actions;
pub use addressing::SecretValues;
pub use contract::{Claimed, Ended, Environment, Launch, OutputSink, Outputs, Runner};
pub use notify::{Courier, Handed, Parcel};
