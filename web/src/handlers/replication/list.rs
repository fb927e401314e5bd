//! How each link stands, what would be lost, and when it stopped and went on again.

use askama::Template;
use axum::extract::State;
use axum::http::header::{HeaderName, REFRESH};
use engine::base::{Millis, Timestamp};
use engine::replication::{Level, Watched};
use engine::run::Flow;
use engine::store::{Bucket, Query, list as kept};

use crate::app::App;
use crate::draw::Line;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// How far back the lines reach, and how wide their steps are: sixty points each.
const BACK: Millis = Millis::hours(1);
const STEP: Millis = Millis::minutes(1);
/// Stops of one link on the page.
const BREAKS: usize = 5;
/// The page is asked for again after so many seconds, with or without script.
const AGAIN: &str = "15";

/// The page.
#[derive(Debug, Template)]
#[template(path = "replication/list.html")]
pub struct Page {
    shell: Shell,
    rows: Vec<Row>,
    breaks: Vec<Stop>,
    as_of: String,
}

/// A link at one standby.
#[derive(Debug)]
struct Row {
    href: String,
    title: String,
    way: String,
    kind: String,
    services: String,
    state: Tag,
    why: String,
    lag: String,
    loss: String,
    rpo: String,
    level: Option<Tag>,
    method: String,
    transaction: String,
    seen: String,
    line: Line,
}

/// A time in which nothing came over.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) link: String,
    pub(super) stopped: String,
    pub(super) point: String,
    pub(super) transaction: String,
    pub(super) why: String,
    pub(super) resumed: Option<String>,
}

/// What is known of all links, the measurements of the last hour gathered.
pub(crate) struct Standing {
    pub(crate) now: Timestamp,
    pub(crate) links: Vec<Watched>,
    pub(crate) buckets: Vec<Bucket>,
}

/// Reads it: two questions, however many links there are.
pub(crate) async fn standing(app: &App) -> Result<Standing, Error> {
    let (store, now) = (app.engine.store(), app.clock.now());
    let found = kept::<Watched>(&**store, Query::default()).await?;
    let from = Timestamp(now.0.saturating_sub(i64::try_from(BACK.0).unwrap_or(i64::MAX)));
    let buckets = store.buckets(from, STEP).await?;
    Ok(Standing { now, links: found.into_iter().map(|found| found.value).collect(), buckets })
}

/// Shows them.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
) -> Result<([(HeaderName, &'static str); 1], Html<Page>), Error> {
    let w = visitor.words;
    let Standing { now, links, buckets } = standing(&app).await?;
    let own = |watched: &Watched| {
        let series = watched.series();
        buckets.iter().filter(move |bucket| bucket.series == series).collect::<Vec<_>>()
    };
    let rows = links.iter().map(|watched| row(w, watched, &own(watched), now)).collect();
    let mut breaks: Vec<(Timestamp, Stop)> = links
        .iter()
        .flat_map(|watched| watched.breaks.iter().take(BREAKS).map(move |it| stop(w, watched, it)))
        .collect();
    breaks.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let page = Page {
        shell: Shell::new(&visitor, &w.t("replication-title")),
        rows,
        breaks: breaks.into_iter().map(|(_, stop)| stop).collect(),
        as_of: w.moment(now),
    };
    Ok(([(REFRESH, AGAIN)], Html(page)))
}

fn row(w: Words, watched: &Watched, buckets: &[&Bucket], now: Timestamp) -> Row {
    let reading = watched.reading.as_ref();
    let state = watched.state_at(now);
    let none = || w.t("replication-unknown");
    let loss = watched.loss_at(now);
    // Of who can not be asked nobody knows more than the most that it can be.
    let bound = state == Flow::Unknown;
    let told = loss.map_or_else(none, |loss| {
        let span = w.span(whole_seconds(loss));
        if bound { w.with("replication-at-most", "time", span) } else { span }
    });
    let level = loss.zip(watched.rpo).filter(|_| !bound).map(|(loss, rpo)| Level::of(loss, rpo));
    let source = watched.source.as_ref().map_or_else(String::new, |source| format!("{source} "));
    let start = Timestamp(now.0.saturating_sub(i64::try_from(BACK.0).unwrap_or(i64::MAX)));
    let points = buckets.iter().filter_map(|bucket| Some((bucket.from, bucket.worst?))).collect::<Vec<_>>();
    let why = match reading {
        Some(reading) if state == reading.state => w.text(&reading.why).to_owned(),
        Some(_) => w.t("replication-not-looked"),
        None => w.t("replication-not-yet"),
    };
    Row {
        href: urls::replication_link(&watched.link),
        title: w.text(&watched.title).to_owned(),
        way: format!("{source}→ {}", watched.standby),
        kind: w.text(&watched.kind.title()).to_owned(),
        services: watched.services.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        state: Tag::flow(w, state),
        why,
        lag: reading.and_then(|it| it.lag).filter(|_| !bound).map_or_else(none, |lag| w.span(whole_seconds(lag))),
        loss: told,
        rpo: watched.rpo.map_or_else(|| "–".to_owned(), |rpo| w.span(rpo)),
        level: level.map(|level| Tag::level(w, level)),
        method: watched.known.map(|point| w.text(&point.method.title()).to_owned()).unwrap_or_default(),
        transaction: reading.and_then(|it| it.transaction.clone()).unwrap_or_default(),
        seen: reading.map_or_else(none, |reading| w.moment(reading.at)),
        line: Line::new(&w.t("replication-line"), start, now, &points, watched.rpo),
    }
}

pub(super) fn stop(w: Words, watched: &Watched, it: &engine::replication::Break) -> (Timestamp, Stop) {
    let stop = Stop {
        link: format!("{} → {}", w.text(&watched.title), watched.standby),
        stopped: w.moment(it.stopped_at),
        point: it.point_at.map_or_else(|| "–".to_owned(), |at| w.moment(at)),
        transaction: it.transaction.clone().unwrap_or_else(|| "–".to_owned()),
        why: w.text(&it.why).to_owned(),
        resumed: it.resumed_at.map(|at| w.moment(at)),
    };
    (it.stopped_at, stop)
}

/// Nobody reads milliseconds of something that grows while it is looked at.
const fn whole_seconds(time: Millis) -> Millis {
    if time.0 < 1_000 { time } else { Millis(time.0 / 1_000 * 1_000) }
}
