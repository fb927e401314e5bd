//! Requests to systems by their own protocols that may change something there.

use serde::{Deserialize, Serialize};

use super::look::Sql;
use crate::base::TargetName;

/// A request that may change something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A statement for a database.
    Sql(Sql),
}

impl Change {
    /// The word for this kind in YAML.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Sql(_) => "sql",
        }
    }

    /// The target that it names itself.
    pub const fn on(&self) -> Option<&TargetName> {
        match self {
            Self::Sql(sql) => sql.on.as_ref(),
        }
    }

    /// What it asks for, in the author's words.
    pub fn subject(&self) -> &str {
        match self {
            Self::Sql(sql) => &sql.statement,
        }
    }
}
