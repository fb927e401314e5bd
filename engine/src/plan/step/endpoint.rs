//! What is asked over the network by the engine itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An HTTP request and what its answer must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Http {
    /// The method, in capitals.
    pub method: String,
    /// Absolute `http://` or `https://` address.
    pub url: String,
    /// Extra headers.
    pub headers: BTreeMap<String, String>,
    /// The request's body.
    pub body: Option<String>,
    /// Statuses that mean success; empty means any from 200 to 299.
    pub status: Vec<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
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
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}
