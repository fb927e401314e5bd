//! Looks at systems: questions whose answer is weighed by the engine and which change nothing.

mod dns;
mod host;
mod kind;
mod range;
mod replication;
mod sql;
mod test;
mod tls;

pub use dns::{Dns, RecordKind, Resolver};
pub use host::{Clock, Disk, File, Free, Process, Service, ServiceState};
pub use kind::Look;
pub use range::Range;
pub use replication::{Replication, WantedFlow};
pub use sql::{Sql, Wanted};
pub use test::{Comparison, Test, Value};
pub use tls::Tls;
