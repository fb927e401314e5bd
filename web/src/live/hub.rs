//! One rendering a change, run and language, whoever watches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::body::Bytes;
use engine::base::{Hasher, Lang, RunId, Timestamp};
use engine::executor::{Engine, LoadError, View};
use engine::forecast::Prospects;
use engine::plan::Mode;
use engine::review::Past;
use engine::run::{Purpose, State};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Output, Part, Scene, frame};
use crate::i18n::Words;

/// How long the first rendering waits for what past runs tell.
const LOOK_BACK: Duration = Duration::from_secs(1);
/// While a run is open its page is rendered at least so often: bars grow and forecasts move without any event.
const PULSE: Duration = Duration::from_secs(2);
/// Attempts whose output is shown at most.
const OUTPUTS: usize = 6;

/// What a watcher gets.
#[derive(Debug)]
pub struct Rendered {
    /// Names what this rendering shows: the same content has the same name, whoever renders it and when.
    pub id: String,
    /// All parts.
    pub parts: Vec<Part>,
    /// All parts as one message of the stream.
    pub whole: Bytes,
    /// Only the parts that differ from the rendering named.
    pub news: Option<(String, Bytes)>,
    /// Nothing will change any more.
    pub over: bool,
    /// What the parts were made of.
    pub view: Arc<View>,
    asks_key: String,
}

impl Rendered {
    /// The content of a part.
    pub fn html(&self, id: &str) -> &str {
        self.parts.iter().find(|part| part.id == id).map_or("", |part| part.html.as_str())
    }

    /// The message that brings a page from one rendering to this one.
    pub fn message_since(&self, seen: Option<&str>) -> Option<Bytes> {
        match (seen, &self.news) {
            (Some(seen), _) if seen == self.id => None,
            (Some(seen), Some((before, news))) if seen == before => Some(news.clone()),
            _ => Some(self.whole.clone()),
        }
    }
}

type Feed = watch::Sender<Option<Arc<Rendered>>>;

/// The renderings of this process.
#[derive(Debug)]
pub struct Hub {
    engine: Engine,
    stopping: CancellationToken,
    feeds: Mutex<HashMap<(RunId, Lang), Weak<Feed>>>,
}

/// A page's hold on a rendering; while one exists, the rendering is kept up to date.
#[derive(Debug)]
pub struct Watch {
    _feed: Arc<Feed>,
    receiver: watch::Receiver<Option<Arc<Rendered>>>,
}

impl Watch {
    /// The newest rendering, waiting for the first one.
    pub async fn newest(&mut self) -> Option<Arc<Rendered>> {
        let first = self.receiver.wait_for(Option::is_some).await.ok()?.clone();
        self.receiver.mark_unchanged();
        first
    }

    /// The next rendering; `None` once there will be none.
    pub async fn next(&mut self) -> Option<Arc<Rendered>> {
        self.receiver.changed().await.ok()?;
        self.receiver.borrow_and_update().clone()
    }
}

impl Hub {
    /// Over the runs that an engine can show.
    pub fn new(engine: Engine, stopping: CancellationToken) -> Self {
        Self { engine, stopping, feeds: Mutex::default() }
    }

    /// Watches a run in a language.
    pub async fn watch(&self, run: RunId, lang: Lang) -> Result<Watch, LoadError> {
        if let Some(feed) = self.known(run, lang) {
            return Ok(hold(feed));
        }
        let views = self.engine.watch(run).await?;
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(feed) = feeds.get(&(run, lang)).and_then(Weak::upgrade) {
            return Ok(hold(feed));
        }
        feeds.retain(|_, feed| feed.strong_count() > 0);
        let feed = Arc::new(watch::Sender::new(None));
        feeds.insert((run, lang), Arc::downgrade(&feed));
        let maker = Maker { engine: self.engine.clone(), words: Words(lang), before: None, prospects: None };
        tokio::spawn(maker.run(views, Arc::downgrade(&feed), self.stopping.clone()));
        Ok(hold(feed))
    }

    fn known(&self, run: RunId, lang: Lang) -> Option<Arc<Feed>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner).get(&(run, lang)).and_then(Weak::upgrade)
    }
}

fn hold(feed: Arc<Feed>) -> Watch {
    let receiver = feed.subscribe();
    Watch { _feed: feed, receiver }
}

/// Renders one run in one language while anybody watches.
struct Maker {
    engine: Engine,
    words: Words,
    before: Option<Arc<Rendered>>,
    /// What past runs tell of this one; looked up once, when it is first watched.
    prospects: Option<Prospects>,
}

impl Maker {
    async fn run(mut self, mut views: watch::Receiver<Arc<View>>, feed: Weak<Feed>, stopping: CancellationToken) {
        let first = Arc::clone(&views.borrow());
        self.prospects = self.look_back(&first).await;
        loop {
            let view = Arc::clone(&views.borrow_and_update());
            let open = view.state.status().is_open();
            match self.render(view).await {
                Ok(rendered) => {
                    let Some(feed) = feed.upgrade() else { return };
                    self.before = Some(Arc::clone(&rendered));
                    feed.send_replace(Some(rendered));
                }
                Err(why) => {
                    tracing::error!(%why, "a run's page could not be rendered");
                    return;
                }
            }
            let pulse = async {
                if open {
                    tokio::time::sleep(PULSE).await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = stopping.cancelled() => return,
                changed = views.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                () = pulse => {}
            }
            if feed.strong_count() == 0 {
                return;
            }
        }
    }

    /// Played time says nothing of real time, and what is over needs no forecast. A store that does not answer costs the
    /// forecast from past runs, not the page.
    async fn look_back(&self, view: &View) -> Option<Prospects> {
        let state = &view.state;
        if state.header().mode == Mode::Mock || !state.status().is_open() {
            return None;
        }
        let past = Past::of(&**self.engine.store(), &view.plan.body().runbook);
        match tokio::time::timeout(LOOK_BACK, past).await {
            Ok(Ok(past)) => past.prospects(&view.plan),
            Ok(Err(why)) => {
                tracing::warn!(%why, run = %view.run, "no forecast from past runs");
                None
            }
            Err(_) => {
                tracing::warn!(run = %view.run, "no forecast from past runs: the store did not answer in time");
                None
            }
        }
    }

    async fn render(&mut self, view: Arc<View>) -> Result<Arc<Rendered>, askama::Error> {
        let outputs = self.outputs(&view).await;
        let trouble = self.engine.health().trouble();
        let events: Vec<_> = view.recent.iter().map(|recorded| (recorded.at, recorded.event.clone())).collect();
        let scene = Scene {
            w: self.words,
            run: view.run,
            plan: &view.plan,
            state: &view.state,
            now: self.now(&view.state),
            stale_since: view.stale_since,
            trouble: trouble.as_ref(),
            prospects: self.prospects.as_ref(),
            events: &events,
            outputs: &outputs,
        };
        let (parts, asks_key) = (scene.parts()?, scene.asks_key());
        let id = name_of(&parts, &asks_key);
        let asks = self.before.as_ref().is_none_or(|before| before.asks_key != asks_key);
        let news = self.before.as_ref().map(|before| {
            let changed = parts.iter().filter(|part| !before.parts.contains(part));
            (before.id.clone(), frame::message(&id, changed, asks))
        });
        let whole = frame::message(&id, parts.iter(), true);
        let over = !view.state.status().is_open();
        Ok(Arc::new(Rendered { id, parts, whole, news, over, view, asks_key }))
    }

    /// What is over looks the same whenever it is looked at, and simulated runs live in their own time: the last instant
    /// that they recorded.
    fn now(&self, state: &State) -> Timestamp {
        let still = !state.status().is_open() || state.header().simulation.is_some();
        if still { state.last_at() } else { self.engine.clock().now().max(state.last_at()) }
    }

    /// Output of what is at work or stuck. A store that does not answer costs the output, not the page.
    async fn outputs(&self, view: &View) -> Vec<Output> {
        let mut outputs = Vec::new();
        for ix in view.plan.unit_ixs() {
            let unit = view.state.unit(ix);
            if outputs.len() == OUTPUTS || !(unit.state.occupies() || unit.state.is_stuck()) {
                continue;
            }
            let Some(attempt) = unit.attempts.iter().rev().find(|attempt| attempt.purpose == Purpose::Act) else {
                continue;
            };
            if let Ok(text) = self.engine.store().output(view.run, attempt.attempt).await
                && !text.is_empty()
            {
                outputs.push(Output { unit: ix, step: attempt.step, purpose: attempt.purpose, text });
            }
        }
        outputs
    }
}

/// A digest of all that a page shows.
fn name_of(parts: &[Part], asks_key: &str) -> String {
    let hasher = Hasher::default().part(asks_key.as_bytes());
    parts.iter().fold(hasher, |hasher, part| hasher.part(part.html.as_bytes())).finish().to_string()
}
