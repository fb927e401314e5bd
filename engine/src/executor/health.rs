//! Whether the journal can be written: the one condition under which anything is dispatched.

use std::sync::Arc;

use tokio::sync::watch;

use crate::base::{Clock, Timestamp};
use crate::store::Error;

/// What stands in the way of dispatching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// What the medium said.
    pub cause: String,
}

/// The state of the store as the last access found it; `None` is well.
#[derive(Debug, Clone)]
pub struct Health {
    state: Arc<watch::Sender<Option<Trouble>>>,
    clock: Arc<dyn Clock>,
}

impl Health {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: Arc::new(watch::Sender::new(None)), clock }
    }

    /// The trouble there is now.
    pub fn trouble(&self) -> Option<Trouble> {
        self.state.borrow().clone()
    }

    /// Told of every change.
    pub fn subscribe(&self) -> watch::Receiver<Option<Trouble>> {
        self.state.subscribe()
    }

    /// Notes how an access to the store went. A failure is logged once when it begins, and its end once.
    pub(super) fn note(&self, error: Option<&Error>) {
        let cause = match error {
            Some(error @ Error::Unavailable { .. }) => Some(error.to_string()),
            // Every other answer shows that the store works.
            Some(_) | None => None,
        };
        self.state.send_if_modified(|state| match (state.as_ref(), cause) {
            (None, Some(cause)) => {
                tracing::error!(cause, "the store does not answer; nothing new is started until it does");
                *state = Some(Trouble { since: self.clock.now(), cause });
                true
            }
            (Some(_), None) => {
                tracing::info!("the store answers again; work goes on");
                *state = None;
                true
            }
            (Some(_), Some(_)) | (None, None) => false,
        });
    }
}
