//! Replication links: what brings the data of one system to another, and how it is measured what has arrived.

use serde::{Deserialize, Serialize};

use crate::base::{LinkName, Millis, Mode, SecretName, ServiceId, TargetName, Text};

/// A replication link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its name.
    pub id: LinkName,
    /// Its name for people.
    pub title: Text,
    /// What kind of replication it is.
    pub kind: LinkKind,
    /// Whose data is brought over; `None` where nobody can be asked there.
    pub source: Option<TargetName>,
    /// Where the data is brought to; never empty.
    pub standbys: Vec<TargetName>,
    /// The services whose data it carries.
    pub services: Vec<ServiceId>,
    /// Tolerated loss.
    pub rpo: Option<Millis>,
    /// How often it is looked at.
    pub every: Millis,
    /// The mode whose addresses are used for watching.
    pub mode: Mode,
    /// How it is measured.
    pub gauge: Gauge,
}

/// Kinds of replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Streaming replication of PostgreSQL.
    Postgres,
    /// Replication of MySQL or MariaDB, with GTIDs.
    Mysql,
    /// SQL Server.
    Mssql,
    /// Replication of Redis.
    Redis,
    /// A file that is brought over with others and holds a time.
    Files,
    /// Backups.
    Backup,
    /// Whatever a command measures.
    Command,
}

impl LinkKind {
    /// The word in YAML and exports.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mssql => "mssql",
            Self::Redis => "redis",
            Self::Files => "files",
            Self::Backup => "backup",
            Self::Command => "command",
        }
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Postgres => Text::plain("PostgreSQL"),
            Self::Mysql => Text::plain("MySQL/MariaDB"),
            Self::Mssql => Text::plain("SQL Server"),
            Self::Redis => Text::plain("Redis"),
            Self::Files => Text::new("파일 복제", "files"),
            Self::Backup => Text::new("백업", "backup"),
            Self::Command => Text::new("명령으로 측정", "by a command"),
        }
    }
}

/// How a link is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gauge {
    /// By what PostgreSQL says of itself.
    Postgres {
        /// The row with the source's time.
        heartbeat: Option<Heartbeat>,
    },
    /// By what MySQL or MariaDB says of itself.
    Mysql {
        /// The row with the source's time.
        heartbeat: Option<Heartbeat>,
    },
    /// By a statement of the standby's database that gives one row, read by the names of its columns.
    Query {
        /// The statement.
        statement: String,
    },
    /// By what Redis says of itself.
    Redis {
        /// The port.
        port: u16,
        /// The secret that holds the password.
        password: Option<SecretName>,
        /// The key with the source's time, in milliseconds since 1970.
        key: Option<String>,
    },
    /// By the time that stands in a file of the standby, or else by the file's own.
    Files {
        /// Its path.
        path: String,
    },
    /// By the newest file in a folder of the standby.
    Backup {
        /// The folder.
        path: String,
    },
    /// By what a command on the standby prints.
    Command {
        /// The program and its arguments; never empty.
        argv: Vec<String>,
    },
}

/// A row with the source's time. Its names are plain identifiers, so they can stand in a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The table, with its schema where one is written.
    pub table: String,
    /// The column.
    pub column: String,
    /// How often Relight writes it; `None`: somebody else does.
    pub write: Option<Millis>,
}

/// What SQL Server says of the database of an availability group at the standby. Its times have no offset: both servers are
/// taken to keep the same time zone.
pub(super) const MSSQL: &str = "\
select case when synchronization_state in (1, 2) and is_suspended = 0 then 'streaming' \
            when is_suspended = 1 then 'stopped' else 'broken' end as state, \
       datediff_big(millisecond, '1970-01-01', sysutcdatetime()) - datediff_big(millisecond, last_commit_time, sysdatetime()) as point_ms, \
       convert(varchar(40), last_commit_lsn) as position, \
       redo_queue_size * 1024 as lag_bytes \
from sys.dm_hadr_database_replica_states where is_local = 1 and database_id = db_id()";

impl Link {
    /// How often Relight writes the heartbeat into the source, where it does.
    pub fn beats_every(&self) -> Option<Millis> {
        match &self.gauge {
            Gauge::Postgres { heartbeat } | Gauge::Mysql { heartbeat } => heartbeat.as_ref()?.write,
            Gauge::Redis { .. }
            | Gauge::Query { .. }
            | Gauge::Files { .. }
            | Gauge::Backup { .. }
            | Gauge::Command { .. } => None,
        }
    }

    /// The secrets that it names itself.
    pub const fn secret(&self) -> Option<&SecretName> {
        match &self.gauge {
            Gauge::Redis { password, .. } => password.as_ref(),
            Gauge::Postgres { .. }
            | Gauge::Mysql { .. }
            | Gauge::Query { .. }
            | Gauge::Files { .. }
            | Gauge::Backup { .. }
            | Gauge::Command { .. } => None,
        }
    }

    /// The targets that are asked: the source, where it is one, and the standbys.
    pub fn targets(&self) -> impl Iterator<Item = &TargetName> {
        self.source.iter().chain(&self.standbys)
    }
}

impl Gauge {
    /// What a target must have so that it can be asked there: a key of the inventory.
    pub const fn needs(&self) -> &'static str {
        match self {
            Self::Postgres { .. } | Self::Mysql { .. } | Self::Query { .. } => "sql",
            Self::Redis { .. } => "address",
            Self::Files { .. } | Self::Backup { .. } | Self::Command { .. } => "ssh",
        }
    }
}
