//! `tcp`: one connection.

use super::kind::{Call, CallKeys};
use crate::base::TargetName;
use crate::runbook::Spanned;
use crate::runbook::read::{Endpoint, shape};

/// A TCP connection that must open.
#[derive(Debug, Clone)]
pub struct Tcp {
    /// Host and port, or the port alone.
    pub endpoint: Spanned<Endpoint>,
    /// The target that a port alone belongs to.
    pub on: Option<Spanned<TargetName>>,
}

shape! {
    /// A TCP connection that must open.
    pub(super) struct TcpKeys ["`tcp`", "`tcp`"] {
        /// A TCP connection to host:port, or to :port of a target, that must open.
        (required) "tcp" => endpoint: Spanned<Endpoint>,
        /// Beside tcp: the target, where only its port is written.
        "on" => on: Spanned<TargetName>,
    }
}

impl CallKeys for TcpKeys {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        Some(Call::Tcp(Box::new(Tcp { endpoint: self.endpoint?, on: self.on })))
    }
}
