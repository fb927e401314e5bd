//! How the keys of a step, a check and a probe become an action: one action key, and only keys that belong to it.
//!
//! A kind of call is one file with a shape, whose first key is its action, and a line in [`kind::KINDS`]. Its keys may be
//! named like those of other kinds.

mod command;
mod dns;
mod dns_update;
mod form;
mod host;
mod http;
mod keys;
mod kind;
mod replication;
mod schema;
mod sql;
mod tcp;
mod tls;
mod uses;
mod wait;

pub use command::{Command, CommandLine, EnvValue};
pub(crate) use form::changes_something;
pub use http::Http;
pub use keys::Questioning;
pub use kind::Call;
pub use tcp::Tcp;
pub use wait::{Wait, WrittenMoment};

/// Looks at systems, and requests to them, as they are written.
pub mod look {
    pub use super::dns::{Dns, RecordWord, WrittenResolver};
    pub use super::dns_update::{DnsUpdate, RecordChangeWord, Tsig, TsigWord};
    pub use super::host::{Clock, Disk, File, Process, Range, Service, ServiceWord};
    pub use super::http::{ClientCertKeys, JsonWish, LatencyKeys, RequestTlsKeys};
    pub use super::replication::{FlowWord, Replication};
    pub use super::sql::Sql;
    pub use super::tls::Tls;
}
