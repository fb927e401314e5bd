//! Brings requests from the store to the dispatchers of this engine, whichever process they were made in.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::dispatcher::Message;
use super::engine::Inner;
use super::health::Access;
use crate::base::RequestId;

/// How often the store is asked whether anything changed. A change counter, not a query.
const POLL: Duration = Duration::from_millis(150);

pub(super) async fn serve(inner: Arc<Inner>) {
    let mut seen = None;
    let mut routed: HashSet<RequestId> = HashSet::new();
    loop {
        let nudged = tokio::select! {
            () = inner.means.hard.cancelled() => return,
            () = inner.nudge.notified() => true,
            () = tokio::time::sleep(POLL) => false,
        };
        let runs = inner.owned();
        if runs.is_empty() {
            continue;
        }
        match inner.means.store.change_counter().await {
            Ok(counter) if seen == Some(counter) && !nudged => continue,
            Ok(counter) => seen = Some(counter),
            Err(error) => {
                inner.health.note(Access::Look, Some(&error));
                seen = None;
                continue;
            }
        }
        let waiting = match inner.means.store.pending(&runs).await {
            Ok(waiting) => waiting,
            Err(error) => {
                inner.health.note(Access::Look, Some(&error));
                seen = None;
                continue;
            }
        };
        inner.health.note(Access::Look, None);
        // Whatever is not waiting any more has its answer; forgetting it keeps this set small.
        routed.retain(|id| waiting.iter().any(|submission| submission.id == *id));
        for submission in waiting {
            if !routed.contains(&submission.id) {
                let id = submission.id;
                if inner.tell(submission.run, Message::Submission(submission)).await {
                    routed.insert(id);
                }
            }
        }
    }
}
