//! What goes with a request, and what its answer must be besides its status.

use serde::{Deserialize, Serialize};

use super::look::Test;
use crate::base::Millis;
use crate::inventory::Pem;

/// What a part of an answer in JSON must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonTest {
    /// The path to it, RFC 9535. The compiler has read it.
    pub path: String,
    /// What the one value that it finds must be; `None`: it finds something.
    pub equals: Option<Test>,
}

/// How TLS is spoken where the system's own way is not wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestTls {
    /// Authorities to trust beside those of the system.
    pub ca: Option<Pem>,
    /// Whether the certificate of the server is looked at.
    pub verify: bool,
    /// What the server is shown.
    pub client: Option<ClientCertificate>,
}

/// A certificate with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCertificate {
    /// The certificate, those above it behind it.
    pub certificate: Pem,
    /// Its private key.
    pub key: Pem,
}

/// How quickly answers must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// Ninety-five of a hundred answers take no longer than this.
    pub p95: Millis,
    /// How many requests are sent, one after the other; at least 1.
    pub samples: u32,
}
