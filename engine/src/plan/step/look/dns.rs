//! What name servers answer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::Host;

/// A question put to name servers, and what they must answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dns {
    /// The name, whole: nothing is added to it.
    pub name: String,
    /// The kind of records.
    pub kind: RecordKind,
    /// The name servers, each asked by itself.
    pub resolvers: Vec<Resolver>,
    /// The values of all records, in any order. Empty: whatever they are.
    pub values: Vec<String>,
    /// The longest time for which an answer may be kept, in seconds.
    pub ttl: Option<u32>,
    /// How many of the name servers must answer so.
    pub quorum: u32,
}

/// A name server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolver {
    /// Its host.
    pub host: Host,
    /// Its port; `None` where it is the target's own.
    pub port: Option<u16>,
}

/// Kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordKind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Another name.
    Cname,
    /// A mail server.
    Mx,
    /// A name server.
    Ns,
    /// The name of an address.
    Ptr,
    /// A service.
    Srv,
    /// A text.
    Txt,
}

impl RecordKind {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        }
    }
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.host, self.port) {
            (Host::Written(host), Some(port)) if host.contains(':') => write!(f, "[{host}]:{port}"),
            (host, Some(port)) => write!(f, "{host}:{port}"),
            (host, None) => write!(f, "{host}"),
        }
    }
}
