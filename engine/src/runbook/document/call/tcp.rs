//! `tcp`: one connection.

use super::kind::{Call, CallKeys};
use crate::runbook::read::{Endpoint, shape};

shape! {
    /// A TCP connection that must open.
    pub(super) struct TcpKeys ["`tcp`", "`tcp`"] {
        /// A TCP connection to host:port that must open.
        (required) "tcp" => endpoint: Endpoint,
    }
}

impl CallKeys for TcpKeys {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        self.endpoint.map(Call::Tcp)
    }
}
