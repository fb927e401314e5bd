//! `tls`: the certificate that a server shows.

use super::kind::{Call, CallKeys};
use crate::base::{Millis, TargetName};
use crate::runbook::Spanned;
use crate::runbook::read::{Address, Endpoint, shape};

/// The certificate that a server shows, and what must be true of it.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Host and port, or the port alone.
    pub endpoint: Spanned<Endpoint>,
    /// The target that a port alone belongs to.
    pub on: Option<Spanned<TargetName>>,
    /// The name that the certificate must be good for.
    pub server_name: Option<Address>,
    /// How long it must be good for.
    pub valid_for: Option<Millis>,
    /// The authorities that may have issued it.
    pub ca: Option<Spanned<String>>,
}

shape! {
    /// The certificate that a server shows, and what must be true of it.
    pub(super) struct TlsKeys ["`tls`", "`tls`"] {
        /// A TLS handshake with host:port, or with :port of a target, whose certificate must be good.
        (required) "tls" => endpoint: Spanned<Endpoint>,
        /// Beside tls: the target, where only its port is written.
        "on" => on: Spanned<TargetName>,
        /// Beside tls: the name that the certificate must be good for; that of the host where absent.
        "server_name" => server_name: Address,
        /// Beside tls: how long it must be good for, from now on.
        "valid_for" => valid_for: Millis,
        /// Beside tls: the authorities that may have issued it, a path or the name of a secret; those of the system where absent.
        "ca" => ca: Spanned<String>,
    }
}

impl CallKeys for TlsKeys {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        let Self { endpoint, on, server_name, valid_for, ca } = self;
        Some(Call::Tls(Box::new(Tls { endpoint: endpoint?, on, server_name, valid_for, ca })))
    }
}
