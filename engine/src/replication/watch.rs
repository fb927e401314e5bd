//! The watcher: one node measures, all that are due at a time side by side, and writes what was found in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::plans::{Task, TaskName, tasks};
use super::shelf::Held;
use super::{Shelf, Watched, advance};
use crate::action::{Ended, Environment, Launch};
use crate::base::{Digest, Millis, RunId, Text, Timestamp};
use crate::executor::Engine;
use crate::inventory::LOCAL;
use crate::run::{AttemptId, Flow, Outcome, Purpose, Reading};
use crate::store::{Changed, Error, Kept, Query, Sample, Versioned, add, find, list};
use crate::telling::raise;

/// Between two looks at what is due.
const PACE: Duration = Duration::from_millis(500);
/// Between two looks at the inventory.
const READ_EVERY: Millis = Millis::seconds(5);
/// How long the lease holds: so long nobody watches when a node dies.
const LEASE: Millis = Millis::seconds(30);
/// What is left of it when it is put forward although nothing was found.
const RENEW: Millis = Millis::seconds(15);
/// Between two looks at somebody else's lease.
const ASK_AGAIN: Millis = Millis::seconds(5);
/// Measurements that are under way at the same time: a hundred dead databases hold up neither each other nor the engine.
const AT_ONCE: usize = 8;
/// How long one may take, its own time limit of 15 s included.
const PATIENCE: Duration = Duration::from_secs(20);
/// How far back measurements are kept.
const KEPT: Millis = Millis::hours(7 * 24);

/// What the watcher needs.
#[derive(Debug, Clone)]
pub struct Means {
    /// Whose runner asks, and whose store keeps.
    pub engine: Engine,
    /// Where the inventory lies.
    pub shelf: Shelf,
    /// This node.
    pub node: String,
}

/// Who watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    node: String,
    until: Timestamp,
}

impl Kept for Lease {
    const KIND: &'static str = "replication-lease";

    fn id(&self) -> String {
        "watch".to_owned()
    }
}

/// What came of a task: of a measurement the reading, of a heartbeat nothing.
type Found = (TaskName, Option<Reading>);

struct Watcher {
    means: Means,
    held: Held,
    read_at: Option<Timestamp>,
    tasks: BTreeMap<TaskName, Task>,
    due: BTreeMap<TaskName, Timestamp>,
    busy: BTreeSet<TaskName>,
    under_way: JoinSet<Found>,
    places: Arc<Semaphore>,
    /// What the store has, as this node wrote it last; `None` before it was read.
    known: Option<BTreeMap<String, Versioned<Watched>>>,
    lease: Option<Versioned<Lease>>,
    asked_at: Option<Timestamp>,
}

/// Watches until it is stopped.
pub async fn watch(means: Means, stop: CancellationToken) {
    let mut watcher = Watcher {
        means,
        held: Held::default(),
        read_at: None,
        tasks: BTreeMap::new(),
        due: BTreeMap::new(),
        busy: BTreeSet::new(),
        under_way: JoinSet::new(),
        places: Arc::new(Semaphore::new(AT_ONCE)),
        known: None,
        lease: None,
        asked_at: None,
    };
    let mut trouble = false;
    loop {
        let looked = watcher.look(&stop).await;
        if let (Err(error), false) = (&looked, trouble) {
            tracing::warn!(%error, "replication is not watched until the store answers");
        }
        trouble = looked.is_err();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PACE) => {}
        }
    }
}

impl Watcher {
    /// One round: what has come in is written, what is due is asked.
    async fn look(&mut self, stop: &CancellationToken) -> Result<(), Error> {
        let now = self.means.engine.clock().now();
        self.read(now).await;
        // An installation without links writes nothing, not even who watches.
        if self.tasks.is_empty() {
            let known = self.known().await?;
            let nothing = known.is_empty();
            self.known = Some(known);
            if nothing {
                return Ok(());
            }
        }
        let mut found = Vec::new();
        while let Some(done) = self.under_way.try_join_next() {
            match done {
                Ok((name, reading)) => {
                    self.busy.remove(&name);
                    found.extend(reading);
                }
                // Which task it was is not known any more; that one is asked twice for once harms nobody.
                Err(_) => self.busy.clear(),
            }
        }
        if !self.holds(now).await? {
            return Ok(());
        }
        self.write(now, found).await?;
        self.start(now, stop);
        Ok(())
    }

    /// Reads the inventory where it has changed.
    async fn read(&mut self, now: Timestamp) {
        if self.read_at.is_some_and(|read_at| now.since(read_at) < READ_EVERY && now >= read_at) {
            return;
        }
        self.read_at = Some(now);
        let (shelf, held) = (self.means.shelf.clone(), self.held.clone());
        let before = self.held.inventory.clone();
        let work = tokio::task::spawn_blocking(move || {
            let held = shelf.look(&held);
            let same = match (&held.inventory, &before) {
                (Some(now), Some(before)) => Arc::ptr_eq(now, before),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            let tasks = (!same).then(|| held.inventory.as_deref().map(tasks).unwrap_or_default());
            (held, tasks)
        });
        let Ok((held, made)) = work.await else { return };
        self.held = held;
        let Some(made) = made else { return };
        self.due.retain(|name, _| made.contains_key(name));
        for (name, task) in &made {
            // Not all at once, neither now nor ever after.
            let first = now.plus(Millis(scatter(name, now) % task.every.0.max(1)));
            self.due.entry(name.clone()).or_insert(first);
        }
        self.tasks = made;
    }

    /// Whether this node watches; takes the lease where it is free.
    async fn holds(&mut self, now: Timestamp) -> Result<bool, Error> {
        let own = |lease: &Versioned<Lease>| lease.value.node == self.means.node;
        if self.lease.as_ref().is_some_and(|lease| own(lease) && lease.value.until.since(now) > RENEW) {
            return Ok(true);
        }
        if self.lease.is_none() && self.asked_at.is_some_and(|asked| now.since(asked) < ASK_AGAIN && now >= asked) {
            return Ok(false);
        }
        self.asked_at = Some(now);
        let store = self.means.engine.store();
        let found = find::<Lease>(&**store, "watch").await?;
        let was_ours = self.lease.take().is_some();
        let wanted = Lease { node: self.means.node.clone(), until: now.plus(LEASE) };
        let (change, version) = match &found {
            None => (add(&wanted)?, 1),
            Some(found) if own(found) || found.value.until <= now => (found.put(&wanted)?, found.version + 1),
            Some(_) => {
                self.known = None;
                return Ok(false);
            }
        };
        if store.change(now, vec![change], Vec::new()).await? != Changed::Done {
            self.known = None;
            return Ok(false);
        }
        if !was_ours || !found.as_ref().is_some_and(own) {
            // Somebody else may have written meanwhile.
            self.known = None;
        }
        self.lease = Some(Versioned { value: wanted, version });
        Ok(true)
    }

    /// What the store has, read once a lease.
    async fn known(&mut self) -> Result<BTreeMap<String, Versioned<Watched>>, Error> {
        if let Some(known) = self.known.take() {
            return Ok(known);
        }
        let all = list::<Watched>(&**self.means.engine.store(), Query::default()).await?;
        Ok(all.into_iter().map(|found| (found.value.series(), found)).collect())
    }

    /// Writes all that was found, who is told, and the lease, in one transaction; then the measurements, in another.
    async fn write(&mut self, now: Timestamp, found: Vec<Reading>) -> Result<(), Error> {
        let mut known = self.known().await?;
        let mut changes = Vec::new();
        let mut samples = Vec::new();
        let wanted: BTreeSet<String> =
            self.tasks.keys().filter_map(|(link, standby)| Some(format!("{link}/{}", standby.as_ref()?))).collect();
        // What the inventory does not have any more is not shown any more.
        let gone: Vec<String> = known.keys().filter(|series| !wanted.contains(*series)).cloned().collect();
        for series in gone {
            changes.extend(known.remove(&series).map(|found| found.remove()));
        }
        let mut after: BTreeMap<String, Versioned<Watched>> = BTreeMap::new();
        for reading in found {
            let Some(task) = self.tasks.get(&(reading.link.clone(), Some(reading.standby.clone()))) else { continue };
            let fresh = Watched::new(&task.link, &reading.standby);
            let series = fresh.series();
            let (version, last) = match after.get(&series).or_else(|| known.get(&series)) {
                Some(found) => (found.version, Some(found.value.clone())),
                None => (0, None),
            };
            // What the inventory says now holds, whatever it said before.
            let before = match last {
                None => fresh,
                Some(Watched { reading, known, seen_at, level, untold, breaks, .. }) => {
                    Watched { reading, known, seen_at, level, untold, breaks, ..fresh }
                }
            };
            let (at, state, lag) = (reading.at, reading.state, reading.lag);
            let point_at = reading.point.map(|point| point.at);
            let (value, told) = advance(&before, reading);
            samples.push(Sample {
                series: series.clone(),
                at,
                state: state.keyword().to_owned(),
                lag,
                // What stands still loses more and more, from the last point that was seen. Where nobody can say how it stands,
                // nobody can say what is lost.
                loss: state.flows().and_then(|_| value.loss_at(at)),
                point_at,
            });
            for occasion in told {
                changes.extend(raise(occasion)?);
            }
            after.insert(series, Versioned { value, version });
        }
        if changes.is_empty() && after.is_empty() {
            self.known = Some(known);
            return Ok(());
        }
        for (series, entry) in after {
            changes.push(match known.get(&series) {
                Some(found) => found.put(&entry.value)?,
                None => add(&entry.value)?,
            });
            known.insert(series, Versioned { version: entry.version + 1, ..entry });
        }
        let Some(lease) = self.lease.take() else { return Ok(()) };
        let ahead = Lease { until: now.plus(LEASE), ..lease.value.clone() };
        changes.push(lease.put(&ahead)?);
        let store = self.means.engine.store();
        match store.change(now, changes, Vec::new()).await? {
            Changed::Done => {
                self.lease = Some(Versioned { value: ahead, version: lease.version + 1 });
                self.known = Some(known);
                let back = Timestamp(now.0.saturating_sub(i64::try_from(KEPT.0).unwrap_or(i64::MAX)));
                store.observe(samples, back).await
            }
            // Another node took over, or somebody changed an entry: what was found here is measured again.
            Changed::Stale { .. } => Ok(()),
        }
    }

    /// Asks all that is due and not being asked.
    fn start(&mut self, now: Timestamp, stop: &CancellationToken) {
        for (name, task) in &self.tasks {
            let due = self.due.get(name).is_none_or(|due| *due <= now);
            if !due || self.busy.contains(name) {
                continue;
            }
            let jitter = task.every.0 / 10;
            let next = Millis(task.every.0 - jitter / 2 + scatter(name, now) % jitter.max(1));
            self.due.insert(name.clone(), now.plus(next));
            self.busy.insert(name.clone());
            let (engine, task, places) = (self.means.engine.clone(), task.clone(), Arc::clone(&self.places));
            let stop = stop.child_token();
            self.under_way.spawn(async move {
                let name = task.name();
                let Ok(_place) = places.acquire_owned().await else { return (name, None) };
                let reading = carry_out(&engine, &task, stop).await;
                (name, reading)
            });
        }
    }
}

/// Carries a task out once; of a measurement there is always a reading, though nobody may have answered.
async fn carry_out(engine: &Engine, task: &Task, stop: CancellationToken) -> Option<Reading> {
    let run = RunId(engine.fresh_id());
    let launch = Launch {
        run,
        token: 0,
        mode: task.mode,
        plan: Arc::clone(&task.plan),
        unit: task.unit,
        step: 0,
        attempt: AttemptId(1),
        number: 1,
        purpose: Purpose::Act,
        since: engine.clock().now(),
        environment: Arc::new(Environment { base: engine.base().clone(), ..Environment::default() }),
        outputs: Arc::new(BTreeMap::new()),
    };
    let (sink, mut output) = mpsc::channel(64);
    let drained = tokio::spawn(async move { while output.recv().await.is_some() {} });
    let asked = tokio::time::timeout(PATIENCE, engine.runner().run(launch, sink, stop)).await;
    drained.abort();
    engine.runner().over(run, 0);
    let (reading, why) = match asked {
        Ok(Ended::With(Outcome::Succeeded { seen })) => (seen.reading, seen.summary),
        Ok(Ended::With(Outcome::Failed { cause, seen })) => (seen.reading, cause.message),
        Ok(Ended::With(Outcome::Unknown { why, seen })) => (seen.reading, why),
        Ok(Ended::NeverStarted) | Err(_) => (None, Text::new("제때 응답 없음", "no answer in time")),
    };
    let standby = task.standby.clone()?;
    Some(reading.map_or_else(|| unread(task, standby, engine.clock().now(), why), |reading| *reading))
}

/// Nobody answered, or nobody may be asked.
fn unread(task: &Task, standby: crate::base::TargetName, at: Timestamp, why: Text) -> Reading {
    Reading {
        link: task.link.id.clone(),
        kind: task.link.kind,
        source: task.link.source.clone(),
        standby,
        at,
        state: Flow::Unknown,
        why,
        lag: None,
        lag_bytes: None,
        lag_transactions: None,
        position: None,
        source_position: None,
        drained: None,
        transaction: None,
        committed_at: None,
        heartbeat_at: None,
        point: None,
        clock_offset: None,
        clock_doubt: None,
    }
}

/// A number that differs by task and time: nothing of it needs to be secret or fair.
fn scatter(name: &TaskName, now: Timestamp) -> u64 {
    let (link, standby) = name;
    let standby = standby.as_ref().map_or(LOCAL, |standby| standby.as_str());
    let digest = Digest::of(format!("{link}/{standby}/{}", now.0).as_bytes());
    digest.0.iter().take(7).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
