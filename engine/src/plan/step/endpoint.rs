//! What is asked over the network by the engine itself.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{EnvValue, JsonTest, Latency, RequestTls};
use crate::base::TargetName;

/// An HTTP request and what its answer must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Http {
    /// The method, in capitals.
    pub method: String,
    /// The address.
    pub url: Url,
    /// Extra headers.
    pub headers: BTreeMap<String, EnvValue>,
    /// The request's body.
    pub body: Option<String>,
    /// Statuses that mean success; empty means any from 200 to 299.
    pub status: Vec<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
    /// What the body, read as JSON, must be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub json: Vec<JsonTest>,
    /// How TLS is spoken; `None` is the system's own way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<RequestTls>,
    /// How quickly answers must come; `None` sends one request, however long it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
}

impl Http {
    /// GET and HEAD change nothing by their definition.
    pub const fn is_read_only(&self) -> bool {
        matches!(self.method.as_bytes(), b"GET" | b"HEAD")
    }
}

/// A TCP endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tcp {
    /// The host.
    pub host: Host,
    /// Port.
    pub port: u16,
}

/// Where a connection is opened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// A host name or IP address, written out in the runbook.
    Written(String),
    /// The address that a target has in the mode of the run; never `local`.
    Of(TargetName),
}

/// What a request is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Url {
    /// An absolute `http://` or `https://` address, written out in the runbook.
    Written(String),
    /// Something at a target, in the mode of the run.
    Of {
        /// The target; never `local`.
        target: TargetName,
        /// `/path` behind the target's base, or `:port/path` behind its address.
        rest: String,
    },
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(host) => f.pad(host),
            Self::Of(target) => fmt::Display::fmt(target, f),
        }
    }
}

impl fmt::Display for Tcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Written(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(url) => f.write_str(url),
            Self::Of { target, rest } => write!(f, "{target}{rest}"),
        }
    }
}
