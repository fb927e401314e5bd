//! Store and runner as they are, with a count at each boundary and a death at one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use engine::action::{Claimed, Ended, Launch, OutputSink, Runner};
use engine::base::{Digest, InputName, LockName, Millis, RequestId, RunId, Secret, Timestamp};
use engine::run::{Answer, AttemptId, Claim, Row, Submission};
use engine::store::{
    Append, Bucket, Change, Changed, Created, Deed, DeedQuery, Entry, Error, Frozen, Lease, Owner, Query, RecordedDeed,
    Records, RunFilter, RunSummary, Sample, Samples, Store, Stored,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::getpid;
use tokio_util::sync::CancellationToken;

/// Where an engine may die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    BeforeAppend,
    AfterAppend,
    AfterSpawn,
    AfterExit,
}

const POINTS: [(&str, Point); 4] = [
    ("before-append", Point::BeforeAppend),
    ("after-append", Point::AfterAppend),
    ("after-spawn", Point::AfterSpawn),
    ("after-exit", Point::AfterExit),
];

/// The boundary at which this process dies.
#[derive(Debug)]
pub(crate) struct Fate {
    point: Option<Point>,
    count: u64,
    passed: [AtomicU64; POINTS.len()],
}

impl Fate {
    pub(crate) fn none() -> Self {
        Self { point: None, count: 0, passed: Default::default() }
    }

    pub(crate) fn at(point: &str, count: u64) -> Self {
        let point = POINTS.iter().find(|(name, _)| *name == point).map(|(_, point)| *point);
        Self { point, count, passed: Default::default() }
    }

    /// Counts a boundary; `true` when this is the one.
    fn is_due(&self, point: Point) -> bool {
        let passed = self.passed[point as usize].fetch_add(1, Ordering::SeqCst) + 1;
        self.point == Some(point) && passed == self.count
    }

    fn meet(&self, point: Point) {
        if self.is_due(point) {
            die();
        }
    }

    pub(crate) fn passed(&self) -> String {
        let counts = self.passed.iter().map(|count| count.load(Ordering::SeqCst).to_string());
        counts.collect::<Vec<_>>().join(" ")
    }
}

fn die() {
    kill(getpid(), Signal::SIGKILL).unwrap();
    loop {
        std::thread::park();
    }
}

#[derive(Debug)]
pub(crate) struct WatchedRunner {
    pub(crate) real: Arc<dyn Runner>,
    pub(crate) fate: Arc<Fate>,
    /// Where steps write that they began.
    pub(crate) log: PathBuf,
}

#[async_trait]
impl Runner for WatchedRunner {
    fn keeper(&self) -> Option<String> {
        self.real.keeper()
    }

    async fn run(&self, launch: Launch, output: OutputSink, stop: CancellationToken) -> Ended {
        let began = format!("b {}\n", launch.plan.unit(launch.unit).id);
        let work = self.real.run(launch, output, stop);
        let ended = if self.fate.is_due(Point::AfterSpawn) {
            tokio::pin!(work);
            loop {
                tokio::select! {
                    // A step that writes nothing has surely begun when it has ended.
                    _ = &mut work => die(),
                    () = tokio::time::sleep(Duration::from_millis(1)) => {
                        if std::fs::read_to_string(&self.log).unwrap_or_default().contains(&began) {
                            die();
                        }
                    }
                }
            }
        } else {
            work.await
        };
        self.fate.meet(Point::AfterExit);
        ended
    }

    async fn reattach(
        &self,
        launch: Launch,
        keeper: Option<&str>,
        output: OutputSink,
        stop: CancellationToken,
    ) -> Ended {
        self.real.reattach(launch, keeper, output, stop).await
    }

    async fn claim(&self, run: RunId, token: u64) -> Claimed {
        self.real.claim(run, token).await
    }

    async fn entrust(&self, run: RunId, token: u64, secrets: &BTreeMap<InputName, Secret>) {
        self.real.entrust(run, token, secrets).await;
    }

    fn settled(&self, run: RunId, token: u64, attempts: &[AttemptId]) {
        self.real.settled(run, token, attempts);
    }

    fn over(&self, run: RunId, token: u64) {
        self.real.over(run, token);
    }
}

#[derive(Debug)]
pub(crate) struct WatchedStore {
    pub(crate) real: Arc<dyn Store>,
    pub(crate) fate: Arc<Fate>,
}

#[async_trait]
impl Records for WatchedStore {
    async fn change(&self, at: Timestamp, changes: Vec<Change>, deeds: Vec<Deed>) -> Result<Changed, Error> {
        self.real.change(at, changes, deeds).await
    }

    async fn entry(&self, kind: &'static str, id: &str) -> Result<Option<Entry>, Error> {
        self.real.entry(kind, id).await
    }

    async fn entries(&self, kind: &'static str, query: Query) -> Result<Vec<Entry>, Error> {
        self.real.entries(kind, query).await
    }

    async fn due(&self, kind: &'static str, now: Timestamp, limit: u32) -> Result<Vec<Entry>, Error> {
        self.real.due(kind, now, limit).await
    }

    async fn keep(&self, bytes: Vec<u8>) -> Result<Digest, Error> {
        self.real.keep(bytes).await
    }

    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, Error> {
        self.real.kept(digest).await
    }

    async fn deeds(&self, query: DeedQuery) -> Result<Vec<RecordedDeed>, Error> {
        self.real.deeds(query).await
    }
}

#[async_trait]
impl Samples for WatchedStore {
    async fn observe(&self, samples: Vec<Sample>, forget_before: Timestamp) -> Result<(), Error> {
        self.real.observe(samples, forget_before).await
    }

    async fn samples(&self, series: &str, from: Timestamp, limit: u32) -> Result<Vec<Sample>, Error> {
        self.real.samples(series, from, limit).await
    }

    async fn buckets(&self, from: Timestamp, width: Millis) -> Result<Vec<Bucket>, Error> {
        self.real.buckets(from, width).await
    }
}

#[async_trait]
impl Store for WatchedStore {
    async fn create(&self, created: Created) -> Result<(), Error> {
        self.real.create(created).await
    }

    async fn append(&self, batch: Vec<Append>) -> Result<Vec<Result<(), Error>>, Error> {
        self.fate.meet(Point::BeforeAppend);
        let results = self.real.append(batch).await;
        self.fate.meet(Point::AfterAppend);
        results
    }

    async fn load(&self, run: RunId) -> Result<Stored, Error> {
        self.real.load(run).await
    }

    async fn frozen(&self, run: RunId) -> Result<Frozen, Error> {
        self.real.frozen(run).await
    }

    async fn rows_after(&self, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
        self.real.rows_after(run, seq, limit).await
    }

    async fn output(&self, run: RunId, attempt: AttemptId) -> Result<String, Error> {
        self.real.output(run, attempt).await
    }

    async fn runs(&self, filter: RunFilter) -> Result<Vec<RunSummary>, Error> {
        self.real.runs(filter).await
    }

    async fn acquire(&self, run: RunId, owner: &Owner, ttl: Millis) -> Result<Option<Lease>, Error> {
        self.real.acquire(run, owner, ttl).await
    }

    async fn renew(&self, owner: &Owner, ttl: Millis) -> Result<Vec<Lease>, Error> {
        self.real.renew(owner, ttl).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), Error> {
        self.real.release(lease).await
    }

    async fn claim(&self, lease: &Lease, locks: &BTreeSet<LockName>) -> Result<Claim, Error> {
        self.real.claim(lease, locks).await
    }

    async fn orphans(&self) -> Result<Vec<RunId>, Error> {
        self.real.orphans().await
    }

    async fn submit(&self, submission: Submission, deeds: Vec<Deed>) -> Result<(), Error> {
        self.real.submit(submission, deeds).await
    }

    async fn pending(&self, runs: &[RunId]) -> Result<Vec<Submission>, Error> {
        self.real.pending(runs).await
    }

    async fn answer(&self, request: RequestId) -> Result<Option<Answer>, Error> {
        self.real.answer(request).await
    }

    async fn change_counter(&self) -> Result<u64, Error> {
        self.real.change_counter().await
    }

    async fn now(&self) -> Result<Timestamp, Error> {
        self.real.now().await
    }
}
