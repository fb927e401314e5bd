//! Runs that wait for other runs: told of every commit in the same process, and of what other processes commit by the feed.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use super::engine::Inner;
use super::feed::View;
use super::loading::{LoadError, load};
use super::tempo::Letter;
use crate::base::{RunId, RunbookId};
use crate::plan::Plan;
use crate::run::State;

/// Notes that may wait for one follower. One that is further behind looks at the journal again.
const NOTES: usize = 64;

/// How a run stands after a commit.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) plan: Arc<Plan>,
    pub(super) state: Arc<State>,
    /// Of a mock run: its clock stands until the follower has taken the note in.
    pub(super) letter: Option<Letter>,
}

/// Who follows which run.
#[derive(Debug, Default)]
pub(super) struct Followers(Mutex<HashMap<RunId, Vec<mpsc::Sender<Note>>>>);

impl Followers {
    fn follow(&self, run: RunId) -> mpsc::Receiver<Note> {
        let (sender, notes) = mpsc::channel(NOTES);
        self.lock().entry(run).or_default().push(sender);
        notes
    }

    /// Tells all followers of a run how it stands. Nothing is made where there are none.
    pub(super) fn tell(&self, run: RunId, note: impl FnOnce() -> Note) {
        let mut following = self.lock();
        let Some(senders) = following.get_mut(&run) else { return };
        senders.retain(|sender| !sender.is_closed());
        if senders.is_empty() {
            following.remove(&run);
            return;
        }
        let Note { plan, state, letter } = note();
        senders.retain(|sender| {
            let letter = letter.as_ref().map(Letter::another);
            sender.try_send(Note { plan: Arc::clone(&plan), state: Arc::clone(&state), letter }).is_ok()
        });
    }

    /// The run is let go: nobody here will tell of it any more.
    pub(super) fn forget(&self, run: RunId) {
        self.lock().remove(&run);
    }

    /// A panic while this short lock was held leaves nothing half-changed behind.
    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, Vec<mpsc::Sender<Note>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those who wait for a run of a runbook that is not there yet.
#[derive(Debug, Default)]
pub(super) struct Arrivals(Mutex<HashMap<RunbookId, Vec<mpsc::Sender<Option<Letter>>>>>);

impl Arrivals {
    /// Told of the next run of a runbook that this engine carries, with what holds its clock.
    pub(super) fn follow(&self, runbook: &RunbookId) -> mpsc::Receiver<Option<Letter>> {
        let (sender, arrivals) = mpsc::channel(1);
        self.lock().entry(runbook.clone()).or_default().push(sender);
        arrivals
    }

    pub(super) fn tell(&self, runbook: &RunbookId, letter: impl Fn() -> Option<Letter>) {
        for sender in self.lock().remove(runbook).into_iter().flatten() {
            // Whoever was told before looks anew in any case.
            let _ = sender.try_send(letter());
        }
    }

    /// A panic while this short lock was held leaves nothing half-changed behind.
    fn lock(&self) -> MutexGuard<'_, HashMap<RunbookId, Vec<mpsc::Sender<Option<Letter>>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Waits until a run, whoever carries it, is such that `fits` finds what is wanted. What holds the clock of a mock run goes
    /// through `letter`: given away while there is nothing to take in, there again with what was found.
    pub(super) async fn until<T>(
        self: &Arc<Self>,
        run: RunId,
        letter: &mut Option<Letter>,
        mut fits: impl FnMut(&Plan, &State) -> Option<T> + Send,
    ) -> Result<T, LoadError> {
        loop {
            // Before the look: what is committed after it is told.
            let mut notes = self.followers.follow(run);
            let replayed = load(self.means.store.as_ref(), run).await?.replayed;
            if let Some(found) = fits(&replayed.plan, &replayed.state) {
                return Ok(found);
            }
            let seq = replayed.state.seq();
            drop(letter.take());
            if !self.owns(run) {
                let view = self.elsewhere(run, seq).await?;
                if let Some(found) = view.and_then(|view| fits(&view.plan, &view.state)) {
                    return Ok(found);
                }
                continue;
            }
            while let Some(note) = notes.recv().await {
                *letter = note.letter;
                if let Some(found) = fits(&note.plan, &note.state) {
                    return Ok(found);
                }
                drop(letter.take());
            }
        }
    }

    /// The next view of a run that another process carries; `None` when nothing came of it for the time of a lease: by then
    /// nobody may carry it, and this engine takes it up.
    async fn elsewhere(self: &Arc<Self>, run: RunId, seq: u64) -> Result<Option<Arc<View>>, LoadError> {
        let mut feed = self.watch(run).await?;
        let view = Arc::clone(&feed.borrow_and_update());
        if view.seq() > seq {
            return Ok(Some(view));
        }
        tokio::select! {
            changed = feed.changed() => Ok(changed.is_ok().then(|| Arc::clone(&feed.borrow()))),
            () = tokio::time::sleep(self.lease_ttl.to_std()) => {
                if let Err(error) = Box::pin(self.take(run, BTreeMap::new())).await {
                    tracing::warn!(%run, %error, "a run that another one waits for is carried by nobody, and not adopted now");
                }
                Ok(None)
            }
        }
    }
}
