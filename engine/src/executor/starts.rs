//! Watching other runs for units that start when one of them has come somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::engine::Inner;
use super::loading::LoadError;
use super::tempo::Letter;
use crate::base::{Bilingual as _, RunId, Timestamp};
use crate::plan::{Mode, Plan, Reach, StartsOn, UnitIx};
use crate::run::{Cause, CauseKind, Event, Head, Header, News, RunStatus, State, Summary, UnitState};
use crate::store::{Error, RunFilter};

/// Between two looks for a run that another process may have declared.
const PAUSE: Duration = Duration::from_secs(1);
/// Newest runs of a runbook that are looked through for one of the same tree.
const LOOKED_THROUGH: u32 = 64;

/// What one unit heard.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) unit: UnitIx,
    pub(super) news: News,
    /// Of a mock run: the clock stands until it is taken in.
    pub(super) letter: Option<Letter>,
}

/// One watch for each unit that waits.
#[derive(Debug)]
pub(super) struct Starts {
    inner: Weak<Inner>,
    watching: JoinSet<()>,
    by_unit: BTreeMap<UnitIx, AbortHandle>,
    sender: mpsc::Sender<Heard>,
    heard: mpsc::Receiver<Heard>,
}

/// Who waits, and for what.
#[derive(Debug)]
struct Waiter {
    inner: Arc<Inner>,
    unit: UnitIx,
    starts: StartsOn,
    run: RunId,
    /// The run above all of its tree.
    root: RunId,
    mode: Mode,
    /// Nobody else can be meant: it is played by itself.
    alone: bool,
    /// There may be other runs of its tree.
    has_tree: bool,
    sender: mpsc::Sender<Heard>,
}

impl Starts {
    pub(super) fn new(inner: Weak<Inner>) -> Self {
        let (sender, heard) = mpsc::channel(64);
        Self { inner, watching: JoinSet::new(), by_unit: BTreeMap::new(), sender, heard }
    }

    /// Begins to watch for units that came to wait, and stops for those that do not wait any more.
    pub(super) fn follow(&mut self, plan: &Plan, state: &State, hold: impl Fn() -> Option<Letter>) {
        if self.by_unit.is_empty() && state.awaiting().next().is_none() {
            return;
        }
        let Some(inner) = self.inner.upgrade() else { return };
        let waiting: BTreeSet<UnitIx> = state.awaiting().collect();
        self.by_unit.retain(|unit, watching| {
            let waits = waiting.contains(unit);
            if !waits {
                watching.abort();
            }
            waits
        });
        for unit in waiting {
            let Some(starts) = plan.unit(unit).starts_on.clone() else { continue };
            let (inner, sender, watching) = (&inner, &self.sender, &mut self.watching);
            self.by_unit.entry(unit).or_insert_with(|| {
                let Header { run, mode, parent, .. } = state.header();
                let calls = plan.body().callees.contains_key(&starts.runbook);
                let waiter = Waiter {
                    inner: Arc::clone(inner),
                    unit,
                    run: *run,
                    root: parent.as_ref().map_or(*run, |parent| parent.root()),
                    mode: *mode,
                    alone: *mode == Mode::Mock && parent.is_none() && !calls,
                    has_tree: parent.is_some() || !plan.body().callees.is_empty(),
                    starts,
                    sender: sender.clone(),
                };
                let known = state.unit(unit).elsewhere.awaits.flatten();
                watching.spawn(waiter.watch(known, hold()))
            });
        }
        while self.watching.try_join_next().is_some() {}
    }

    /// The next news.
    pub(super) async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }
}

impl Waiter {
    async fn watch(self, known: Option<RunId>, mut letter: Option<Letter>) {
        let run = match known {
            Some(run) => run,
            None => match self.sought(&mut letter).await {
                Some(run) => run,
                // Told already.
                None => return,
            },
        };
        if known.is_none() && !self.tell(News::Awaits(Some(run)), letter.as_ref().map(Letter::another)).await {
            return;
        }
        let news = loop {
            match self.inner.until(run, &mut letter, |plan, state| look(&self.starts, plan, state)).await {
                Ok(Ok(())) => break News::Reached(Some(run)),
                Ok(Err(cause)) => break News::Missed(cause),
                Err(LoadError::Store(_)) => tokio::time::sleep(PAUSE).await,
                Err(error @ LoadError::Corrupt { .. }) => {
                    break News::Missed(Cause { kind: CauseKind::Elsewhere, message: error.text() });
                }
            }
        };
        self.tell(news, letter).await;
    }

    /// Finds the run that is meant, or waits until there is one. `None` when nobody is to be waited for.
    async fn sought(&self, letter: &mut Option<Letter>) -> Option<RunId> {
        let since = self.inner.means.clock.now();
        let mut told = false;
        loop {
            // Before the look: what is declared after it is told.
            let mut arrivals = self.inner.arrivals.follow(&self.starts.runbook);
            match self.find(since).await {
                Ok(Some(run)) => return Some(run),
                Ok(None) if self.alone => {
                    self.tell(News::Reached(None), letter.take()).await;
                    return None;
                }
                Ok(None) if told => {}
                Ok(None) => {
                    told = true;
                    if !self.tell(News::Awaits(None), letter.as_ref().map(Letter::another)).await {
                        return None;
                    }
                }
                Err(error) => {
                    tracing::warn!(run = %self.run, %error, "another run could not be looked for; tried again in a moment");
                }
            }
            drop(letter.take());
            let before = self.inner.means.store.change_counter().await.ok();
            loop {
                tokio::select! {
                    arrival = arrivals.recv() => {
                        *letter = arrival.flatten();
                        break;
                    }
                    () = tokio::time::sleep(PAUSE) => {
                        let now = self.inner.means.store.change_counter().await.ok();
                        if now.is_none() || now != before {
                            break;
                        }
                    }
                }
            }
        }
    }

    /// The newest run of the same tree, else the newest one in the same mode that is not over, or was not when the wait began.
    async fn find(&self, since: Timestamp) -> Result<Option<RunId>, Error> {
        let store = &self.inner.means.store;
        let filter =
            RunFilter { runbook: Some(self.starts.runbook.clone()), limit: LOOKED_THROUGH, ..RunFilter::default() };
        let listed = store.runs(filter).await?;
        let others = || listed.iter().filter(|listed| listed.run != self.run);
        if self.has_tree {
            for other in others() {
                let rows = store.rows_after(other.run, 0, 1).await?;
                let mut head = Head::START;
                let first = rows.first().and_then(|row| head.accept(other.run, row).ok());
                let Some(Event::Declared(header)) = first else { continue };
                let root = header.parent.as_ref().map_or(header.run, |parent| parent.root());
                if root == self.root {
                    return Ok(Some(other.run));
                }
            }
        }
        let meant = |summary: &Summary| summary.status.is_open() || summary.declared_at >= since;
        let active = others().find(|other| other.summary.mode == self.mode && meant(&other.summary));
        Ok(active.map(|other| other.run))
    }

    /// `false` when nobody listens any more.
    async fn tell(&self, news: News, letter: Option<Letter>) -> bool {
        self.sender.send(Heard { unit: self.unit, news, letter }).await.is_ok()
    }
}

/// Whether a run has come where it was to come, or will not any more. `None` while that is open.
fn look(starts: &StartsOn, plan: &Plan, state: &State) -> Option<Result<(), Cause>> {
    let (run, runbook) = (state.header().run, &starts.runbook);
    let missed = |ko: String, en: String| {
        let ko = format!(
            "기다리던 실행 {run} ({runbook}): {ko}. 새 실행을 기다리려면 재시도하고, 아니면 건너뛰거나 수동 확인하십시오"
        );
        let en = format!(
            "run {run} ({runbook}), which it waited for: {en}; retry to wait for another one, or skip or attest"
        );
        Some(Err(Cause::new(CauseKind::Elsewhere, ko, en)))
    };
    let unit = match &starts.reach {
        Reach::Mark(mark) if state.mark(*mark).is_some() => return Some(Ok(())),
        Reach::Mark(_) => None,
        Reach::Started(unit) | Reach::Ready(unit) => match plan.find(unit) {
            Some(ix) => Some((unit, state.unit(ix))),
            None => return missed(format!("단위 {unit}이(가) 없습니다"), format!("it has no unit {unit}")),
        },
    };
    if let Some((id, unit)) = unit {
        let reached = match &starts.reach {
            Reach::Started(_) => unit.started_at.is_some(),
            Reach::Ready(_) | Reach::Mark(_) => matches!(unit.state, UnitState::Ready | UnitState::Attested),
        };
        if reached {
            return Some(Ok(()));
        }
        if matches!(unit.state, UnitState::Skipped | UnitState::NotSelected) {
            return missed(format!("단위 {id}이(가) 수행되지 않습니다"), format!("its unit {id} is left out"));
        }
    }
    match state.status() {
        RunStatus::Completed => {
            missed("거기에 이르지 않고 완료되었습니다".to_owned(), "it is completed without that".to_owned())
        }
        RunStatus::Aborted => missed("중단되었습니다".to_owned(), "it was aborted".to_owned()),
        RunStatus::Declared
        | RunStatus::Running
        | RunStatus::Waiting
        | RunStatus::Paused
        | RunStatus::Failed
        | RunStatus::Aborting => None,
    }
}
