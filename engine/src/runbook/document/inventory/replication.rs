//! What brings the data of one system to another, and how it is watched.

use super::super::super::Spanned;
use super::super::super::read::{Count, Many, shape, words};
use super::super::CommandLine;
use crate::base::{Millis, Mode, SecretName, ServiceId, TargetName, Text};

shape! {
    /// A replication link: what brings the data of one system to another, and how it is watched.
    pub struct LinkKeys ["a replication link", "복제 링크"] {
        /// Its name for people.
        "title" => title: Text,
        /// postgres, mysql (MariaDB as well), mssql, redis, files, backup or command.
        (required) "kind" => kind: Spanned<LinkWord>,
        /// The target whose data is brought over; where it answers, positions are compared.
        "source" => source: Spanned<TargetName>,
        /// The target, or targets, that the data is brought to. There it is measured what has arrived.
        (required) "standby" => standbys: Spanned<Many<Spanned<TargetName>>>,
        /// The services whose data it carries.
        "services" => services: Vec<ServiceId>,
        /// Tolerated loss: people are told at 80 % of it, and when it is passed.
        "rpo" => rpo: Millis,
        /// How often it is looked at; 15s where absent.
        "every" => every: Spanned<Millis>,
        /// The mode whose addresses are used for watching; real where absent.
        "mode" => mode: Spanned<Mode>,
        /// A row, or of redis a key, into which the source's time is written all the while: an idle system otherwise shows more loss than there would be.
        "heartbeat" => heartbeat: Spanned<HeartbeatKeys>,
        /// Of a database: a statement for the standby that gives one row, read by the names of its columns.
        "query" => query: Spanned<String>,
        /// Of files and backup: the path of the heartbeat file, or of the folder of backups.
        "path" => path: Spanned<String>,
        /// Of command and backup: what prints the measurement as a JSON object.
        "command" => command: Spanned<CommandLine>,
        /// Of redis: the port; 6379 where absent.
        "port" => port: Count<1, 65_535>,
        /// Of redis: the secret that holds the password.
        "password" => password: Spanned<SecretName>,
    }
}

shape! {
    /// Where the time of the source is written all the while.
    pub struct HeartbeatKeys ["`heartbeat`", "`heartbeat`"] {
        /// Of a database: the table.
        "table" => table: Spanned<String>,
        /// Of a database: the column that holds the time.
        "column" => column: Spanned<String>,
        /// Of redis: the key.
        "key" => key: Spanned<String>,
        /// How often Relight writes it; absent, somebody else does.
        "write" => write: Spanned<Millis>,
    }
}

words! {
    /// Kinds of replication links.
    pub enum LinkWord {
        /// Streaming replication of PostgreSQL.
        Postgres = "postgres",
        /// Replication of MySQL or MariaDB, with GTIDs.
        Mysql = "mysql",
        /// SQL Server: an availability group, or what a query says.
        Mssql = "mssql",
        /// Replication of Redis.
        Redis = "redis",
        /// A file that is brought over with others and holds a time.
        Files = "files",
        /// Backups: the newest point that can be restored.
        Backup = "backup",
        /// Whatever a command measures.
        Command = "command",
    }
}
