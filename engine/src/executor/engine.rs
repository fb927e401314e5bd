//! The handle that console, API and command line hold. Cheap to clone; the work is done by the tasks behind it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::committer::Committer;
use super::declaration::{Checked, Declaration, DeclareError};
use super::dispatcher::{Dispatcher, Exit, Means, Message, Settled, Start, Wiring};
use super::feed::{self, View};
use super::followers::{Arrivals, Followers};
use super::health::Health;
use super::loading::{LoadError, Loaded, load};
use super::refusals::{AdoptError, SubmitError};
use super::tempo::{Letter, Tempo};
use super::{inbox, recovery};
use crate::action::{Environment, Runner};
use crate::base::{Clock, IdSource, InputName, Millis, RunId, Secret};
use crate::cases;
use crate::plan::{Mode, Plan};
use crate::run::{Answer, Head, Parent, State, Submission, declare};
use crate::store::{Created, Deed, Error, Frozen, Lease, Owner, Store};

/// Messages that may wait for one dispatcher.
const MESSAGES: usize = 256;
/// How often an answer in the store is looked for.
const ANSWER_POLL: Duration = Duration::from_millis(50);

/// Which runs an engine takes up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoption {
    /// Every run that nobody carries on.
    Orphans,
    /// Only those it is told to.
    OnlyAsked,
}

/// What an engine is made of.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Who carries steps out.
    pub runner: Arc<dyn Runner>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn IdSource>,
    /// The name under which leases are held; unique to this start of the process.
    pub owner: Owner,
    /// Version of the engine, for the record.
    pub version: String,
    /// Variables for every command.
    pub base: BTreeMap<String, String>,
    /// Which runs are taken up unasked.
    pub adoption: Adoption,
    /// How long a lease holds without being prolonged.
    pub lease_ttl: Millis,
}

/// An engine at work.
#[derive(Debug, Clone)]
pub struct Engine(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) means: Means,
    pub(super) owner: Owner,
    pub(super) lease_ttl: Millis,
    pub(super) health: Health,
    pub(super) nudge: Notify,
    pub(super) orphaned: Notify,
    pub(super) followers: Followers,
    pub(super) arrivals: Arrivals,
    version: String,
    base: BTreeMap<String, String>,
    runs: Mutex<HashMap<RunId, Owned>>,
    feeds: Mutex<HashMap<RunId, watch::Receiver<Arc<View>>>>,
    /// The clocks of the mock runs that this engine carries.
    tempos: Mutex<HashMap<RunId, Weak<Tempo>>>,
    /// Runs that broke this engine's trust in them; they are not adopted unasked again.
    refused: Mutex<HashSet<RunId>>,
    tracker: TaskTracker,
}

#[derive(Debug, Clone)]
struct Owned {
    messages: mpsc::Sender<Message>,
    settled: watch::Receiver<Option<Settled>>,
    committed: watch::Receiver<u64>,
}

impl Engine {
    /// Starts the tasks of an engine. Must be called inside a tokio runtime.
    pub fn start(options: Options) -> Self {
        let health = Health::new(Arc::clone(&options.clock));
        let hard = CancellationToken::new();
        let committer = Committer::start(Arc::clone(&options.store), health.clone(), hard.clone());
        let means = Means {
            store: options.store,
            committer,
            runner: options.runner,
            clock: options.clock,
            ids: options.ids,
            engine: options.owner.0.clone(),
            soft: CancellationToken::new(),
            hard,
        };
        let inner = Arc::new(Inner {
            means,
            owner: options.owner,
            lease_ttl: options.lease_ttl,
            health,
            nudge: Notify::new(),
            orphaned: Notify::new(),
            version: options.version,
            base: options.base,
            runs: Mutex::default(),
            feeds: Mutex::default(),
            followers: Followers::default(),
            arrivals: Arrivals::default(),
            tempos: Mutex::default(),
            refused: Mutex::default(),
            tracker: TaskTracker::new(),
        });
        tokio::spawn(inbox::serve(Arc::clone(&inner)));
        tokio::spawn(recovery::heartbeat(Arc::clone(&inner)));
        if options.adoption == Adoption::Orphans {
            tokio::spawn(recovery::adopt_orphans(Arc::clone(&inner)));
        }
        Self(inner)
    }

    /// The store behind the engine.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.means.store
    }

    /// What carries steps out.
    pub(crate) fn runner(&self) -> &Arc<dyn Runner> {
        &self.0.means.runner
    }

    /// Variables for every command.
    pub(crate) fn base(&self) -> &BTreeMap<String, String> {
        &self.0.base
    }

    /// The engine's clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.means.clock
    }

    /// A fresh id for a request or a run.
    pub fn fresh_id(&self) -> uuid::Uuid {
        self.0.means.ids.fresh()
    }

    /// Whether the store can be reached.
    pub fn health(&self) -> &Health {
        &self.0.health
    }

    /// Declares a run and begins to carry it out. The same declaration sent again finds the run that exists.
    pub async fn declare(&self, declaration: Declaration) -> Result<RunId, DeclareError> {
        if self.0.means.soft.is_cancelled() {
            return Err(DeclareError::ShuttingDown);
        }
        // A caller that goes away half-way must not leave a run that exists and is carried on by nobody.
        let inner = Arc::clone(&self.0);
        let work = tokio::spawn(async move { inner.declare(declaration).await });
        work.await.unwrap_or(Err(DeclareError::ShuttingDown))
    }

    /// Takes a run over and carries it on. Does nothing when this engine does so already.
    pub async fn adopt(&self, run: RunId, secrets: BTreeMap<InputName, Secret>) -> Result<(), AdoptError> {
        let inner = Arc::clone(&self.0);
        let work = tokio::spawn(async move { inner.take(run, secrets).await });
        if work.await.unwrap_or(Err(AdoptError::ShuttingDown))? { Ok(()) } else { Err(AdoptError::Owned(run)) }
    }

    /// Puts a request before whoever owns the run, with the deeds that tell of it, and waits a bounded time for the answer.
    pub async fn submit(
        &self,
        submission: Submission,
        deeds: Vec<Deed>,
        patience: Duration,
    ) -> Result<Answer, SubmitError> {
        let (id, run) = (submission.id, submission.run);
        self.0.means.store.submit(submission, deeds).await?;
        self.0.nudge.notify_one();
        if !self.0.owns(run) {
            self.0.orphaned.notify_one();
        }
        let deadline = tokio::time::Instant::now() + patience;
        let mut committed = self.0.committed(run);
        loop {
            // Marked as seen before the look: what is committed after it wakes this loop up again.
            if let Some(receiver) = &mut committed {
                receiver.mark_unchanged();
            }
            if let Some(answer) = self.0.means.store.answer(id).await? {
                return Ok(answer);
            }
            if tokio::time::Instant::now() >= deadline {
                return Err(SubmitError::Unanswered(id));
            }
            match &mut committed {
                // A run that is let go closes its channel at once.
                Some(receiver) if receiver.has_changed().is_ok() => {
                    let _ = tokio::time::timeout(ANSWER_POLL, receiver.changed()).await;
                }
                Some(_) | None => tokio::time::sleep(ANSWER_POLL).await,
            }
        }
    }

    /// The view of a run, renewed with every change, whoever owns it.
    pub async fn watch(&self, run: RunId) -> Result<watch::Receiver<Arc<View>>, LoadError> {
        self.0.watch(run).await
    }

    /// Waits until a run is over, or failed and waiting for a person. Of a run that this engine does not carry (any
    /// more), the state that its journal tells is returned at once.
    pub async fn settled(&self, run: RunId) -> Result<Settled, LoadError> {
        let carried = lock(&self.0.runs).get(&run).map(|owned| owned.settled.clone());
        if let Some(mut settled) = carried
            && let Ok(found) = settled.wait_for(Option::is_some).await
            && let Some(found) = found.clone()
        {
            return Ok(found);
        }
        let Loaded { replayed, .. } = load(self.0.means.store.as_ref(), run).await?;
        Ok(Settled { plan: Arc::new(replayed.plan), state: Arc::new(replayed.state) })
    }

    /// The runs that this engine carries.
    pub fn carried(&self) -> Vec<RunId> {
        self.0.owned()
    }

    /// Starts nothing new and gives all runs back; returns when that is done. What the keeper holds runs on.
    pub async fn shut_down(&self) {
        self.0.means.soft.cancel();
        self.0.tracker.close();
        self.0.tracker.wait().await;
        self.0.means.hard.cancel();
    }

    /// Ends all tasks at once. What the keeper holds runs on.
    pub fn shut_down_hard(&self) {
        self.0.means.soft.cancel();
        self.0.means.hard.cancel();
    }

    /// Cancelled when the engine begins to shut down.
    pub fn shutting_down(&self) -> CancellationToken {
        self.0.means.soft.clone()
    }
}

impl Inner {
    /// The view of a run.
    pub(super) async fn watch(self: &Arc<Self>, run: RunId) -> Result<watch::Receiver<Arc<View>>, LoadError> {
        let known = lock(&self.feeds).get(&run).cloned().filter(|feed| feed.has_changed().is_ok());
        if let Some(feed) = known {
            return Ok(feed);
        }
        let feed = feed::open(Arc::clone(self), run).await?;
        lock(&self.feeds).insert(run, feed.clone());
        Ok(feed)
    }

    /// Runs that this engine carries.
    pub(super) fn owned(&self) -> Vec<RunId> {
        lock(&self.runs).keys().copied().collect()
    }

    pub(super) fn owns(&self, run: RunId) -> bool {
        lock(&self.runs).contains_key(&run)
    }

    /// Place of the last durable row of a run that this engine carries, and its changes.
    pub(super) fn committed(&self, run: RunId) -> Option<watch::Receiver<u64>> {
        lock(&self.runs).get(&run).map(|owned| owned.committed.clone())
    }

    /// Lets a feed go that only the engine itself holds; `false` when somebody watches after all. Watchers are added under
    /// the same lock, so none can come in between.
    pub(super) fn forget_feed(&self, run: RunId, sender: &watch::Sender<Arc<View>>) -> bool {
        let mut feeds = lock(&self.feeds);
        let ours = feeds.get(&run).is_some_and(|feed| feed.same_channel(&sender.subscribe()));
        let forgotten = ours && sender.receiver_count() == 1;
        if forgotten {
            feeds.remove(&run);
        }
        forgotten
    }

    /// From now on the run is adopted only when somebody asks for it.
    pub(super) fn refuse(&self, run: RunId) {
        lock(&self.refused).insert(run);
    }

    pub(super) fn refuses(&self, run: RunId) -> bool {
        lock(&self.refused).contains(&run)
    }

    /// `false` when this engine does not carry the run.
    pub(super) async fn tell(&self, run: RunId, message: Message) -> bool {
        let messages = lock(&self.runs).get(&run).map(|owned| owned.messages.clone());
        match messages {
            Some(messages) => messages.send(message).await.is_ok(),
            None => false,
        }
    }

    pub(super) async fn declare(self: Arc<Self>, declaration: Declaration) -> Result<RunId, DeclareError> {
        let real = self.means.clock.now();
        // A run that is played beside its caller is declared at the instant that it is there.
        let shared = self.tempo_above(declaration.parent.as_ref()).filter(|_| declaration.mode == Mode::Mock);
        let now = shared.map_or(real, |tempo| tempo.now(real));
        let Checked { header, marks } = declaration.check(&self.version, now)?;
        if let (Some(case), None) = (declaration.case, &declaration.parent) {
            cases::admits(&*self.means.store, case, declaration.mode).await??;
        }
        let run = declaration.run;
        let inputs = header.inputs.clone();
        let mode = header.mode;
        let plan = declaration.plan;
        let (state, events) = declare(&plan, header, &marks, now)?;
        let mut head = Head::START;
        let rows = events.iter().map(|(at, event)| head.seal(run, *at, event)).collect::<Result<_, _>>()?;
        let frozen = Frozen { plan: plan.freeze()?, source: declaration.source };
        let (summary, deeds) = (state.summary(&plan), declaration.deeds);
        match self.means.store.create(Created { run, frozen, rows, summary, deeds }).await {
            Ok(()) => {}
            // The same declaration came twice: the first one is being carried out.
            Err(Error::RunExists(run)) => return Ok(run),
            Err(error) => return Err(error.into()),
        }
        let Some(lease) = self.means.store.acquire(run, &self.owner, self.lease_ttl).await? else {
            // Another engine was quicker to adopt it; it carries it out.
            return Ok(run);
        };
        if mode != Mode::Mock && !declaration.secrets.is_empty() {
            self.means.runner.entrust(run, lease.token, &declaration.secrets).await;
        }
        let inputs = inputs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        self.carry(plan, state, head, lease, inputs, declaration.secrets);
        Ok(run)
    }

    /// Takes a run over; `false` when another engine owns it.
    pub(super) async fn take(
        self: &Arc<Self>,
        run: RunId,
        mut secrets: BTreeMap<InputName, Secret>,
    ) -> Result<bool, AdoptError> {
        if self.owns(run) {
            return Ok(true);
        }
        if self.means.soft.is_cancelled() {
            return Err(AdoptError::ShuttingDown);
        }
        let Some(lease) = self.means.store.acquire(run, &self.owner, self.lease_ttl).await? else {
            return Ok(false);
        };
        // After the lease: nobody else can append now, so what is read here is the end of the journal.
        let Loaded { replayed, .. } = match load(self.means.store.as_ref(), run).await {
            Ok(loaded) => loaded,
            Err(error) => {
                self.means.store.release(&lease).await?;
                return Err(error.into());
            }
        };
        let header = replayed.state.header();
        if header.mode != Mode::Mock {
            let claimed = self.means.runner.claim(run, lease.token).await;
            if secrets.is_empty() {
                secrets = claimed.secrets.unwrap_or_default();
            } else {
                self.means.runner.entrust(run, lease.token, &secrets).await;
            }
        }
        let inputs = header.inputs.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect();
        self.carry(Arc::new(replayed.plan), replayed.state, replayed.head, lease, inputs, secrets);
        Ok(true)
    }

    /// The clock of a mock run: that of the nearest of its callers that is played here too, or one of its own.
    fn tempo(&self, state: &State) -> Option<Arc<Tempo>> {
        let header = state.header();
        let speed = header.simulation.as_ref()?.speed;
        let shared = self.tempo_above(header.parent.as_ref()).filter(|tempo| tempo.speed() == speed);
        let tempo = shared.unwrap_or_else(|| Tempo::new(speed, state.last_at(), self.means.clock.now()));
        lock(&self.tempos).insert(header.run, Arc::downgrade(&tempo));
        Some(tempo)
    }

    /// Holds the clock of a mock run that this engine carries.
    pub(super) fn hold(&self, run: RunId) -> Option<Letter> {
        let tempo = lock(&self.tempos).get(&run)?.upgrade()?;
        Some(tempo.letter())
    }

    /// The clock of the nearest mock run above a run.
    fn tempo_above(&self, parent: Option<&Parent>) -> Option<Arc<Tempo>> {
        let lineage: Vec<RunId> = parent?.lineage().collect();
        let tempos = lock(&self.tempos);
        lineage.iter().rev().find_map(|run| tempos.get(run)?.upgrade())
    }

    fn carry(
        self: &Arc<Self>,
        plan: Arc<Plan>,
        state: State,
        head: Head,
        lease: Lease,
        inputs: BTreeMap<InputName, String>,
        secrets: BTreeMap<InputName, Secret>,
    ) {
        let run = lease.run;
        let (messages, incoming) = mpsc::channel(MESSAGES);
        let (settled_sender, settled) = watch::channel(None);
        let (committed_sender, committed) = watch::channel(head.seq);
        let environment = Arc::new(Environment { inputs, secrets, base: self.base.clone() });
        let wiring = Wiring { messages: incoming, settled: settled_sender, committed: committed_sender };
        let tempo = self.tempo(&state);
        let runbook = state.header().runbook.clone();
        let clock = tempo.clone();
        let start = Start { plan, state, head, lease, environment, tempo };
        let dispatcher = Dispatcher::new(self.means.clone(), Arc::downgrade(self), wiring, start);
        lock(&self.runs).insert(run, Owned { messages, settled, committed });
        self.arrivals.tell(&runbook, || clock.as_ref().map(Tempo::letter));
        let inner = Arc::clone(self);
        self.tracker.spawn(async move {
            let exit = dispatcher.run().await;
            lock(&inner.runs).remove(&run);
            lock(&inner.tempos).remove(&run);
            inner.followers.forget(run);
            match exit {
                Exit::Over | Exit::ShutDown | Exit::Lost => tracing::debug!(%run, ?exit, "the run is let go"),
                Exit::Corrupt => inner.refuse(run),
            }
        });
    }
}

/// A panic while one of these short locks was held leaves nothing half-changed behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
