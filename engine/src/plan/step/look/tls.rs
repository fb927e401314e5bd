//! The certificate that a server shows.

use serde::{Deserialize, Serialize};

use super::super::Tcp;
use crate::base::Millis;
use crate::inventory::Pem;

/// A TLS handshake, and what must be true of the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tls {
    /// Where the server listens.
    pub at: Tcp,
    /// The same in the author's words.
    pub written: String,
    /// The name, or IP address, that it must be good for; `None` is the host itself.
    pub server_name: Option<String>,
    /// How long it must be good for, from the asking on.
    pub valid_for: Millis,
    /// The authorities that may have issued it; `None` is those that the system trusts.
    pub ca: Option<Pem>,
}
