//! A target and how it is addressed in a mode.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Smtp, Webhook};
use crate::base::{LabelName, Mode, SecretName, SiteName, TargetName, Text, TierName};

/// A host or an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name for people.
    pub title: Text,
    /// The site where it stands.
    pub site: Option<SiteName>,
    /// Its tier label.
    pub tier: Option<TierName>,
    /// Its twin on the other site.
    pub peer: Option<TargetName>,
    /// Labels by which it can be chosen.
    pub labels: BTreeMap<LabelName, String>,
    /// How it is addressed, by mode. A mode that is not here may not address it.
    pub bindings: BTreeMap<Mode, Binding>,
}

/// How a target is addressed in one mode, nothing left to look up but the values of secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Binding {
    /// Host name or IP address.
    pub address: Option<String>,
    /// How commands get there.
    pub ssh: Option<Ssh>,
    /// How it is asked over HTTP.
    pub http: Option<HttpBase>,
    /// How its database is asked.
    pub sql: Option<Sql>,
    /// How its name server is asked.
    pub dns: Option<Dns>,
    /// How mail is sent through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<Smtp>,
    /// How messages are posted to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
}

/// How commands get to a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ssh {
    /// Host name or IP address of the SSH server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user to log in as.
    pub user: String,
    /// Public keys of which the host must show one, in the form `ssh-ed25519 AAAA…`. Empty: none is known.
    pub host_keys: Vec<String>,
    /// The secret that holds the private key.
    pub key: Option<SecretName>,
    /// The secret that holds the password of the user, or the passphrase of the key.
    pub password: Option<SecretName>,
    /// Whether the engine's SSH agent may be asked for keys.
    pub agent: bool,
    /// The target through which it is reached; bound in the same mode, with SSH, and never in a circle.
    pub jump: Option<TargetName>,
    /// The user that commands are run as, where it is another one than `user`.
    pub run_as: Option<String>,
}

/// How a target is asked over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpBase {
    /// The address that paths are added to; it does not end in `/`.
    pub base: String,
    /// Certificates of authorities to trust beside those of the system.
    pub ca: Option<Pem>,
}

/// Where a text in PEM form is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pem {
    /// In a file on the engine's host.
    File(String),
    /// In a secret.
    Secret(SecretName),
}

/// How a database is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sql {
    /// What kind of database it is.
    pub engine: SqlEngine,
    /// Host name or IP address; empty for a file of SQLite.
    pub host: String,
    /// The port; 0 for a file of SQLite.
    pub port: u16,
    /// The database, or the path of the file.
    pub database: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The secret that holds the password.
    pub password: Option<SecretName>,
    /// Whether it is asked over TLS.
    pub tls: SqlTls,
    /// Certificates of authorities to trust beside those of the system.
    pub ca: Option<Pem>,
}

/// Kinds of databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SqlEngine {
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// Microsoft SQL Server.
    Mssql,
    /// SQLite.
    Sqlite,
}

impl SqlEngine {
    /// The port that its servers listen on unless told otherwise; 0 where there is no server.
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Postgres => 5_432,
            Self::Mysql => 3_306,
            Self::Mssql => 1_433,
            Self::Sqlite => 0,
        }
    }
}

/// Whether a database is asked over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SqlTls {
    /// Never.
    Disable,
    /// Where the server offers it; its certificate is not checked.
    #[default]
    Prefer,
    /// Always; its certificate is not checked.
    Require,
    /// Always, and its certificate must be good for its name.
    Verify,
}

/// How a name server is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dns {
    /// Host name or IP address.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Binding {
    /// The secrets that are needed to get in.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretName> {
        let ssh = self.ssh.iter().flat_map(|ssh| ssh.key.iter().chain(&ssh.password));
        let http = self.http.iter().filter_map(|http| http.ca.as_ref().and_then(Pem::secret));
        let sql = self.sql.iter().flat_map(|sql| sql.password.iter().chain(sql.ca.as_ref().and_then(Pem::secret)));
        let channel = self.smtp.iter().flat_map(Smtp::secrets).chain(self.webhook.iter().flat_map(Webhook::secrets));
        ssh.chain(http).chain(sql).chain(channel)
    }
}

impl Pem {
    /// The secret, where it is in one.
    pub const fn secret(&self) -> Option<&SecretName> {
        match self {
            Self::Secret(name) => Some(name),
            Self::File(_) => None,
        }
    }
}
