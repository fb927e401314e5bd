//! The watching of replication beside the console.

use std::path::PathBuf;

use engine::replication::{self, Means, Shelf};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::join::Joined;
use super::owner;

/// The watching at work.
#[derive(Debug)]
pub(super) struct Watching {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Watching {
    /// Starts it, for the links of the inventory: the one that was named, or the one in the folder of runbooks.
    pub(super) fn start(joined: &Joined, folder: PathBuf, file: Option<PathBuf>) -> Self {
        let means = Means { engine: joined.engine.clone(), shelf: Shelf { file, folder }, node: owner::ours().0 };
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(replication::watch(means, stop.clone()));
        tasks.close();
        Self { stop, tasks }
    }

    /// Takes up nothing new. What is under way is let go: it only looks.
    pub(super) async fn end(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}
