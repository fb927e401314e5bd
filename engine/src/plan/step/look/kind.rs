//! The kinds of looks.

use serde::{Deserialize, Serialize};

use super::{Clock, Disk, Dns, File, Process, Replication, Service, Sql, Tls};
use crate::base::TargetName;

/// A look at a system. Its answers are up (as wanted), down (not so) and unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// At files.
    File(File),
    /// At processes.
    Process(Process),
    /// At a service.
    Service(Service),
    /// At free room.
    Disk(Disk),
    /// At the clock of a host.
    Clock(Clock),
    /// At a database, by a statement that changes nothing.
    Sql(Sql),
    /// At what name servers answer.
    Dns(Dns),
    /// At the certificate of a server.
    Tls(Tls),
    /// At what a replication link has brought over.
    Replication(Replication),
}

impl Look {
    /// The word for this kind in YAML.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Process(_) => "process",
            Self::Service(_) => "service",
            Self::Disk(_) => "disk",
            Self::Clock(_) => "clock_offset",
            Self::Sql(_) => "sql",
            Self::Dns(_) => "dns",
            Self::Tls(_) => "tls",
            Self::Replication(_) => "replication",
        }
    }

    /// The target it is about, where it names one itself.
    pub const fn on(&self) -> Option<&TargetName> {
        match self {
            Self::File(file) => file.on.as_ref(),
            Self::Process(process) => process.on.as_ref(),
            Self::Service(service) => service.on.as_ref(),
            Self::Disk(disk) => disk.on.as_ref(),
            Self::Clock(clock) => Some(&clock.on),
            Self::Sql(sql) => sql.on.as_ref(),
            Self::Dns(_) | Self::Tls(_) | Self::Replication(_) => None,
        }
    }

    /// What it looks at, in the author's words.
    pub fn subject(&self) -> &str {
        match self {
            Self::File(file) => &file.path,
            Self::Process(process) => &process.name,
            Self::Service(service) => &service.name,
            Self::Disk(disk) => &disk.path,
            Self::Clock(clock) => clock.on.as_str(),
            Self::Sql(sql) => &sql.statement,
            Self::Dns(dns) => &dns.name,
            Self::Tls(tls) => &tls.written,
            Self::Replication(it) => it.link.as_str(),
        }
    }
}
