//! Follows the journals of all runs from where it left off, and raises what people are told about.
//!
//! The place up to which a journal was read moves in the same transaction as what was raised from it: whoever dies in
//! between has done both or neither, and of two nodes one moves it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::Occasion;
use super::raised::raise;
use super::reading::{Reading, Said};
use super::settle::settled;
use crate::base::{RunId, Timestamp, UnitId};
use crate::plan::Plan;
use crate::run::{Event, Row};
use crate::store::{Change, Changed, Error, Kept, Query, RunFilter, Store, Versioned, add, find, list};

/// Between two looks.
const PACE: Duration = Duration::from_millis(500);
/// Looks after which all runs are looked at, whether or not the store says that something was committed.
const ANYHOW: u32 = 20;
/// Rows read at once.
const ROWS: u32 = 500;
/// Runs on one page of the newest.
const PAGE: u32 = 50;
/// Plans held in memory.
const PLANS: usize = 16;

/// How far the journal of a run was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    run: RunId,
    seq: u64,
    over: bool,
}

impl Kept for Cursor {
    const KIND: &'static str = "telling-cursor";

    fn id(&self) -> String {
        self.run.to_string()
    }

    fn group(&self) -> String {
        if self.over { "over" } else { "open" }.to_owned()
    }
}

/// When this installation began to tell. What happened before is told to nobody.
#[derive(Debug, Serialize, Deserialize)]
struct Began {
    at: Timestamp,
}

impl Kept for Began {
    const KIND: &'static str = "telling-began";

    fn id(&self) -> String {
        "began".to_owned()
    }
}

/// A cursor, and the version of its record; 0 while it has none.
type Place = (Cursor, u64);

struct Follower {
    store: Arc<dyn Store>,
    began: Timestamp,
    places: HashMap<RunId, Place>,
    readings: BTreeMap<RunId, Arc<Reading>>,
    counter: Option<u64>,
}

/// Follows until it is stopped.
pub async fn follow(store: Arc<dyn Store>, stop: CancellationToken) {
    let mut follower: Option<Follower> = None;
    let (mut trouble, mut looks) = (false, 0_u32);
    loop {
        let looked = match &mut follower {
            Some(follower) => follower.look(looks.is_multiple_of(ANYHOW)).await,
            None => match Follower::open(Arc::clone(&store)).await {
                Ok(opened) => {
                    follower = Some(opened);
                    continue;
                }
                Err(error) => Err(error),
            },
        };
        if let (Err(error), false) = (&looked, trouble) {
            tracing::warn!(%error, "journals are not followed until the store answers");
        }
        trouble = looked.is_err();
        looks = looks.wrapping_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PACE) => {}
        }
    }
}

impl Follower {
    async fn open(store: Arc<dyn Store>) -> Result<Self, Error> {
        let now = store.now().await?;
        let began = match find::<Began>(&*store, "began").await? {
            Some(began) => began.value.at,
            None => match store.change(now, vec![add(&Began { at: now })?], Vec::new()).await? {
                Changed::Done => now,
                Changed::Stale { .. } => find::<Began>(&*store, "began").await?.map_or(now, |began| began.value.at),
            },
        };
        let open = list::<Cursor>(&*store, Query { limit: 100_000, ..Query::group("open") }).await?;
        let places = open.into_iter().map(|found| (found.value.run, (found.value, found.version))).collect();
        Ok(Self { store, began, places, readings: BTreeMap::new(), counter: None })
    }

    /// Reads on in every journal that has grown.
    async fn look(&mut self, anyhow: bool) -> Result<(), Error> {
        let counter = self.store.change_counter().await?;
        if self.counter == Some(counter) && !anyhow {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        let open = RunFilter { open_only: true, ..RunFilter::default() };
        for run in self.store.runs(open).await? {
            seen.insert(run.run);
            self.meet(run.run, run.seq, run.summary.declared_at).await?;
        }
        let mut before = None;
        loop {
            let page = self.store.runs(RunFilter { before, limit: PAGE, ..RunFilter::default() }).await?;
            let mut news = false;
            for run in &page {
                seen.insert(run.run);
                news |= self.meet(run.run, run.seq, run.summary.declared_at).await?;
            }
            before = page.last().map(|run| run.run);
            if !news || page.len() < PAGE as usize {
                break;
            }
        }
        // What ended meanwhile, and is old: nothing but its own journal says so.
        let left: Vec<RunId> = self
            .places
            .iter()
            .filter(|(run, (cursor, _))| !cursor.over && !seen.contains(run))
            .map(|(run, _)| *run)
            .collect();
        for run in left {
            self.read_on(run).await?;
        }
        self.places.retain(|run, (cursor, _)| !cursor.over || seen.contains(run));
        self.counter = Some(counter);
        Ok(())
    }

    /// A run of a list. `true` when it was not known.
    async fn meet(&mut self, run: RunId, seq: u64, declared: Timestamp) -> Result<bool, Error> {
        let known = self.places.contains_key(&run);
        if !known {
            let place = match find::<Cursor>(&*self.store, &run.to_string()).await? {
                Some(found) => (found.value, found.version),
                // What is older than the telling is followed from where it stands.
                None => (Cursor { run, seq: if declared < self.began { seq } else { 0 }, over: false }, 0),
            };
            self.places.insert(run, place);
        }
        if self.places.get(&run).is_some_and(|(cursor, _)| cursor.seq < seq) {
            self.read_on(run).await?;
            return Ok(!known);
        }
        Ok(false)
    }

    /// Reads what is new in one journal.
    async fn read_on(&mut self, run: RunId) -> Result<(), Error> {
        while let Some((cursor, version)) = self.places.get(&run).cloned() {
            let rows = match self.store.rows_after(run, cursor.seq, ROWS).await {
                Ok(rows) => rows,
                Err(Error::NoSuchRun(_)) => Vec::new(),
                Err(error) => return Err(error),
            };
            let Some(last) = rows.last().map(|row| row.seq) else { return Ok(()) };
            let Some(reading) = self.reading(run).await? else {
                self.places.insert(run, (Cursor { seq: last, ..cursor }, version));
                return Ok(());
            };
            let Read { raised, settled, goes_on, over } = read(&reading, &rows);
            let now = self.store.now().await?;
            if over || goes_on || !settled.is_empty() {
                let dealt = |occasion: &Occasion| match &occasion.about.unit {
                    Some(unit) => over || settled.contains(unit),
                    // What has no unit is about the run as a whole.
                    None => over || goes_on,
                };
                settle(&*self.store, run, now, dealt).await?;
            }
            let moved = Cursor { run, seq: last, over };
            let mut changes = vec![match version {
                0 => add(&moved)?,
                version => Versioned { value: cursor, version }.put(&moved)?,
            }];
            changes.extend(raised);
            match self.store.change(now, changes, Vec::new()).await? {
                Changed::Done => {
                    self.places.insert(run, (moved, version + 1));
                }
                // Another node has read it: go on from where that one stands.
                Changed::Stale { .. } => match find::<Cursor>(&*self.store, &run.to_string()).await? {
                    Some(found) if found.value.seq > cursor_seq(self.places.get(&run)) => {
                        self.places.insert(run, (found.value, found.version));
                    }
                    Some(_) | None => return Ok(()),
                },
            }
        }
        Ok(())
    }

    /// Header and plan of a run, the plan thawed once. `None` where its journal is not what an engine wrote.
    async fn reading(&mut self, run: RunId) -> Result<Option<Arc<Reading>>, Error> {
        if let Some(known) = self.readings.get(&run) {
            return Ok(Some(Arc::clone(known)));
        }
        let first = self.store.rows_after(run, 0, 1).await?;
        let declared = first.first().and_then(|row| serde_json::from_str(&row.event).ok());
        let Some(Event::Declared(header)) = declared else {
            tracing::error!(%run, "nobody is told about this run: its journal does not begin with a declaration");
            return Ok(None);
        };
        let frozen = self.store.frozen(run).await?;
        let plan = match Plan::thaw(&frozen.plan, header.plan) {
            Ok(plan) => plan,
            Err(why) => {
                tracing::error!(%run, %why, "nobody is told about this run: its plan can not be read");
                return Ok(None);
            }
        };
        if self.readings.len() >= PLANS {
            self.readings.pop_first();
        }
        let reading = Arc::new(Reading { header: *header, plan });
        self.readings.insert(run, Arc::clone(&reading));
        Ok(Some(reading))
    }
}

fn cursor_seq(place: Option<&Place>) -> u64 {
    place.map_or(0, |(cursor, _)| cursor.seq)
}

/// What some rows come to.
#[derive(Default)]
struct Read {
    raised: Vec<Change>,
    settled: BTreeSet<UnitId>,
    goes_on: bool,
    over: bool,
}

/// Reads rows in order. What was raised and dealt with among the same rows is told to nobody.
fn read(reading: &Reading, rows: &[Row]) -> Read {
    let mut read = Read::default();
    let mut occasions = Vec::new();
    for row in rows {
        let said = match serde_json::from_str::<Event>(&row.event) {
            Ok(event) => reading.row(row, &event),
            Err(why) => {
                tracing::error!(run = %reading.header.run, seq = row.seq, %why, "a row of a journal can not be read");
                Said::Nothing
            }
        };
        match said {
            Said::Nothing => {}
            Said::GoesOn => {
                occasions.retain(|told: &Occasion| told.about.unit.is_some() || !told.kind.wants_acknowledgement());
                read.goes_on = true;
            }
            Said::Raised(occasion) => occasions.push(*occasion),
            Said::Settled(unit) => {
                occasions
                    .retain(|told| !(told.about.unit.as_ref() == Some(&unit) && told.kind.wants_acknowledgement()));
                read.settled.insert(unit);
            }
            Said::Over(occasion) => {
                occasions.retain(|told| !told.kind.wants_acknowledgement());
                occasions.push(*occasion);
                read.over = true;
            }
        }
    }
    // A mock run tells those whom it asks, and nobody what came of it.
    occasions.retain(|occasion| !reading.is_played() || !occasion.asks.is_empty() || !occasion.people.is_empty());
    read.raised = occasions.into_iter().filter_map(|occasion| raise(occasion).ok()).flatten().collect();
    read
}

/// Nobody is called any more about what is dealt with.
async fn settle(store: &dyn Store, run: RunId, now: Timestamp, dealt: impl Fn(&Occasion) -> bool) -> Result<(), Error> {
    loop {
        let changes = settled(store, &format!("run/{run}"), now, &dealt).await?;
        if changes.is_empty() || store.change(now, changes, Vec::new()).await? == Changed::Done {
            return Ok(());
        }
    }
}
