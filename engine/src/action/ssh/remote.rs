//! Commands on other hosts, as the runner of steps uses them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::super::Launch;
use super::super::process::Last;
use super::super::transcript::Transcript;
use super::errand::{Errand, Work};
use super::host::{Host, Settings};
use super::pool::{Need, Pool};
use super::session::Session;
use crate::base::{Millis, RunId, Timestamp};
use crate::plan::Command;
use crate::run::AttemptId;

/// Attempts whose outcomes became durable within this time are let go together.
const GATHER: Duration = Duration::from_secs(2);
/// Attempts let go in one errand.
const BATCH: usize = 500;
/// Longest time for letting go.
const PATIENCE: Duration = Duration::from_mins(2);

/// Carries commands out on other hosts. Cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::action) struct Remote {
    pub(super) pool: Pool,
    pub(super) grace: Millis,
    held: Arc<Mutex<Held>>,
}

/// What lies on hosts.
#[derive(Debug, Default)]
struct Held {
    /// Where the attempts are whose outcomes are not durable yet.
    open: HashMap<(RunId, AttemptId), Arc<Host>>,
    /// What may be let go, by host and run.
    done: BTreeMap<(String, RunId), Done>,
}

#[derive(Debug)]
struct Done {
    host: Arc<Host>,
    token: u64,
    attempts: Vec<AttemptId>,
}

/// What came of looking for an attempt.
pub(in crate::action) enum Found {
    /// It was found, and this is the last word about it.
    Last(Last),
    /// The host never saw it, and will not let an older engine start it any more.
    NeverSeen,
}

impl Remote {
    /// A process that is to end gets `grace` after SIGTERM.
    pub(in crate::action) fn new(settings: Settings, grace: Millis) -> Self {
        Self { pool: Pool::new(settings), grace, held: Arc::default() }
    }

    /// What time it is here.
    pub(super) fn now(&self) -> Timestamp {
        self.pool.settings().clock.now()
    }

    /// Starts a command and follows it to its end.
    pub(in crate::action) async fn run(
        &self,
        host: &Arc<Host>,
        launch: &Launch,
        command: &Command,
        work: &Work,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Last {
        self.note(host, launch);
        self.follow_new(host, launch, command, work, transcript, stop).await
    }

    /// Finds a command again and follows it to its end.
    pub(in crate::action) async fn find(
        &self,
        host: &Arc<Host>,
        launch: &Launch,
        command: &Command,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Found {
        self.note(host, launch);
        self.follow_old(host, launch, command, transcript, stop).await
    }

    /// The outcomes of these attempts are durable: nobody will ask for them again.
    pub(in crate::action) fn settled(&self, run: RunId, token: u64, attempts: &[AttemptId]) {
        let mut held = self.lock();
        let idle = held.done.is_empty();
        for attempt in attempts {
            if let Some(host) = held.open.remove(&(run, *attempt)) {
                let key = (format!("{} {:?}", host.route(), host.run_as), run);
                let done = held.done.entry(key).or_insert_with(|| Done { host, token, attempts: Vec::new() });
                done.token = done.token.max(token);
                done.attempts.push(*attempt);
            }
        }
        if idle && !held.done.is_empty() {
            let remote = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(GATHER).await;
                remote.let_go();
            });
        }
    }

    /// The run is over.
    pub(in crate::action) fn over(&self, run: RunId) {
        self.lock().open.retain(|(of, _), _| *of != run);
    }

    /// Lets go of what lies on hosts. What can not be reached is removed by a later errand, when it is a month old.
    fn let_go(&self) {
        let done = std::mem::take(&mut self.lock().done);
        for ((_, run), Done { host, token, attempts }) in done {
            let remote = self.clone();
            tokio::spawn(async move {
                for batch in attempts.chunks(BATCH) {
                    let errand = Errand::forget(&host, run, token, batch);
                    let work = async {
                        let mut session = Session::begin(&remote.pool, &host, &errand, Need::Command).await?;
                        while session.next().await.is_some() {}
                        Ok::<(), super::fault::Fault>(())
                    };
                    match tokio::time::timeout(PATIENCE, work).await {
                        Ok(Ok(())) => {}
                        Ok(Err(fault)) => return tracing::debug!(%run, %fault, "attempts are left on a host"),
                        Err(_) => return tracing::debug!(%run, host = %host.place(), "attempts are left on a host"),
                    }
                }
            });
        }
    }

    fn note(&self, host: &Arc<Host>, launch: &Launch) {
        self.lock().open.insert((launch.run, launch.attempt), Arc::clone(host));
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
