//! Whether the journal can be written: the one condition under which anything is dispatched.

use std::sync::Arc;

use tokio::sync::watch;

use crate::base::{Bilingual as _, Clock, Lang, Text, Timestamp};
use crate::store::Error;

/// How the store was used when it failed or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To look something up, or to keep a lease.
    Look,
    /// To make decisions durable: what counts.
    Commit,
}

/// What stands in the way of dispatching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// What the medium said.
    pub cause: Text,
    /// What failed: on a full disk looking up goes well while nothing can be committed.
    failed: Access,
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

    /// Notes how an access to the store went. A failure is logged once when it begins, and its end once.
    pub(super) fn note(&self, access: Access, error: Option<&Error>) {
        let cause = match error {
            Some(error @ Error::Unavailable { .. }) => Some(error.text()),
            // Every other answer shows that the store works.
            Some(_) | None => None,
        };
        self.state.send_if_modified(|state| match (state.as_mut(), cause) {
            (None, Some(cause)) => {
                tracing::error!(
                    cause = cause.get(Lang::En),
                    "the store does not answer; nothing new is started until it does"
                );
                *state = Some(Trouble { since: self.clock.now(), cause, failed: access });
                true
            }
            (Some(trouble), None) if trouble.failed == Access::Commit && access == Access::Look => false,
            (Some(_), None) => {
                tracing::info!("the store answers again; work goes on");
                *state = None;
                true
            }
            (Some(trouble), Some(_)) => {
                if access == Access::Commit {
                    trouble.failed = access;
                }
                false
            }
            (None, None) => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SystemClock;
    use crate::store::Remedy;

    #[test]
    fn while_nothing_can_be_committed_a_look_that_goes_well_changes_nothing() {
        let health = Health::new(Arc::new(SystemClock));
        let full = Error::Unavailable {
            cause: Text::plain("disk full"),
            next_step: Remedy::new("공간 확보", "free space"),
        };
        health.note(Access::Look, Some(&full));
        health.note(Access::Commit, Some(&full));
        health.note(Access::Look, None);
        assert!(health.trouble().is_some());
        health.note(Access::Commit, None);
        assert!(health.trouble().is_none());
        health.note(Access::Look, Some(&full));
        health.note(Access::Look, None);
        assert!(health.trouble().is_none());
    }
}
