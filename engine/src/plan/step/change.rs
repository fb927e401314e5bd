//! Requests to systems by their own protocols that may change something there.

use serde::{Deserialize, Serialize};

use super::look::Sql;
use super::{DnsUpdate, Notify};
use crate::base::TargetName;

/// A request that may change something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A statement for a database.
    Sql(Sql),
    /// A change of the records of a name.
    DnsUpdate(DnsUpdate),
    /// A message to people, which can not be taken back.
    Notify(Notify),
}

impl Change {
    /// The word for this kind in YAML.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Sql(_) => "sql",
            Self::DnsUpdate(_) => "dns_update",
            Self::Notify(_) => "notify",
        }
    }

    /// The target that it names itself.
    pub const fn on(&self) -> Option<&TargetName> {
        match self {
            Self::Sql(sql) => sql.on.as_ref(),
            Self::DnsUpdate(update) => update.on.as_ref(),
            Self::Notify(notify) => Some(&notify.channel),
        }
    }

    /// What it asks for, in the author's words.
    pub fn subject(&self) -> &str {
        match self {
            Self::Sql(sql) => &sql.statement,
            Self::DnsUpdate(update) => &update.name,
            Self::Notify(notify) => notify.channel.as_str(),
        }
    }

    /// Whether doing it twice is known to come to the same, without the author saying so.
    pub const fn is_idempotent(&self) -> bool {
        match self {
            Self::Sql(_) => false,
            Self::DnsUpdate(update) => update.is_idempotent(),
            Self::Notify(_) => false,
        }
    }

    /// Whether it changes a system: people who were told something are no system.
    pub const fn touches(&self) -> bool {
        match self {
            Self::Sql(_) | Self::DnsUpdate(_) => true,
            Self::Notify(_) => false,
        }
    }
}
