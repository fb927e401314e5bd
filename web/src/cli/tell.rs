//! The telling beside the console: journals are followed and messages sent for as long as it is open.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::action::Courier;
use engine::secrets::Sources;
use engine::telling::{self, Channels, Means};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::join::Joined;
use super::owner;
use super::place::{Place, variable};
use crate::accounts::Roster;

/// How long messages that are on their way may take at the end. What is not through by then is sent again, under the same id,
/// by the next start or by another node.
const GOODBYE: Duration = Duration::from_secs(5);

/// The telling at work.
#[derive(Debug)]
pub(super) struct Telling {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Telling {
    /// Starts it, over the channels of the inventory: the one that was named, or the one in the folder of runbooks.
    pub(super) fn start(joined: &Joined, place: &Place, runbooks: PathBuf, inventory: Option<PathBuf>) -> Self {
        let courier = Courier::new(Arc::new(Sources::new(place.sealed.clone(), variable)));
        let means = Means {
            store: Arc::clone(&joined.database.store),
            people: Arc::new(Roster(joined.sign_ins())),
            carrier: Arc::new(Channels::new(courier, runbooks, inventory)),
            node: owner::ours().0,
        };
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(telling::follow(Arc::clone(&means.store), stop.clone()));
        tasks.spawn(telling::work(means, stop.clone()));
        tasks.close();
        Self { stop, tasks }
    }

    /// Takes up nothing new and lets what is on its way arrive.
    pub(super) async fn end(self) {
        self.stop.cancel();
        if tokio::time::timeout(GOODBYE, self.tasks.wait()).await.is_err() {
            tracing::warn!("messages are still on their way; they are sent again when their claims have run out");
        }
    }
}
