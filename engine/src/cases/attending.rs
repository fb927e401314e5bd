//! The watch over all open cases, as long as a process serves.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::attend;
use crate::base::Clock;
use crate::store::Store;

/// How long after one look the next one follows: what is due is said that much late, at most.
const PAUSE: Duration = Duration::from_secs(2);

/// Attends to all open cases until it is cancelled. Any number of nodes may do so beside each other.
pub async fn watch(store: Arc<dyn Store>, clock: Arc<dyn Clock>, stopping: CancellationToken) {
    let mut failing = false;
    while stopping.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
        match attend(&*store, clock.now()).await {
            Ok(()) => failing = false,
            // Said once: a store that is away is said elsewhere too, and comes back by itself.
            Err(why) if !failing => {
                tracing::warn!(%why, "open cases can not be attended to now; tried again");
                failing = true;
            }
            Err(_) => {}
        }
    }
}
