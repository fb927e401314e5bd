//! Ctrl-C, and what service managers send.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::failure::Failure;

/// Wishes that this process may end.
#[derive(Debug)]
pub(super) struct Interrupts {
    terminal: Signal,
    manager: Signal,
}

impl Interrupts {
    /// From now on a signal is a wish and ends nothing by itself.
    pub(super) fn listen() -> Result<Self, Failure> {
        let listen =
            |kind| signal(kind).map_err(|cause| Failure::unable(format!("signals can not be listened for: {cause}")));
        Ok(Self { terminal: listen(SignalKind::interrupt())?, manager: listen(SignalKind::terminate())? })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminal.recv() => {}
            _ = self.manager.recv() => {}
        }
    }
}
