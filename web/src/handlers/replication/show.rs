//! One link: what would have been lost over an hour, a day or a week, where it was declared, and when nothing came over.

use askama::Template;
use axum::extract::{Path, Query, State};
use engine::base::{LinkName, Millis, Timestamp};
use engine::plan::Mode;
use engine::replication::{Level, Watched};
use engine::report::{LossLine, LossMark};
use engine::run::Flow;
use engine::store::{Bucket, Query as Records, RunFilter, RunSummary, list as kept};
use serde::Deserialize;

use super::list::{Stop, stop};
use crate::app::App;
use crate::draw::Losses;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Points of a picture.
const POINTS: u64 = 240;
/// Runs that are looked through for those declared in the time shown.
const RUNS: u32 = 100;

/// Which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Time {
    #[default]
    Hour,
    Day,
    Week,
}

impl Time {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Hour, "hour", "replication-hour"),
        (Self::Day, "day", "replication-day"),
        (Self::Week, "week", "replication-week"),
    ];

    const fn long(self) -> Millis {
        match self {
            Self::Hour => Millis::hours(1),
            Self::Day => Millis::hours(24),
            Self::Week => Millis::hours(24 * 7),
        }
    }
}

/// What stands behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    time: Time,
}

/// A link at one standby.
#[derive(Debug)]
struct At {
    standby: String,
    source: Option<String>,
    state: Tag,
    loss: String,
    level: Option<Tag>,
    rpo: String,
    seen: String,
    picture: Losses,
    breaks: Vec<Stop>,
}

/// A run that was declared in the time shown.
#[derive(Debug)]
struct Declared {
    href: String,
    title: String,
    mode: Tag,
    at: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "replication/show.html")]
pub struct Page {
    shell: Shell,
    kind: String,
    services: String,
    /// Address and word of each time, and whether it is this one.
    times: Vec<(String, String, bool)>,
    standbys: Vec<At>,
    runs: Vec<Declared>,
}

/// Shows it.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let name: LinkName = name.parse().map_err(|_| Error::NotFound)?;
    let seen = seen(&app, &person, &name, asked.time).await?;
    let first = seen.links.first().ok_or(Error::NotFound)?;
    let times =
        Time::ALL.map(|(time, word, key)| (urls::replication_link_over(&name, word), w.t(key), time == asked.time));
    let page = Page {
        shell: Shell::new(&visitor, &format!("{} — {}", w.text(&first.title), w.t("replication-title"))),
        kind: w.text(&first.kind.title()).to_owned(),
        services: first.services.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        times: times.to_vec(),
        standbys: seen.links.iter().map(|watched| at(w, watched, &seen)).collect(),
        runs: seen.runs.iter().map(|run| declared(w, run)).collect(),
    };
    Ok(Html(page))
}

/// A link over a time.
#[derive(Debug)]
pub(crate) struct Seen {
    /// From when on.
    pub(crate) from: Timestamp,
    /// Until when.
    pub(crate) until: Timestamp,
    /// How wide a point is.
    pub(crate) width: Millis,
    /// The link at each of its standbys; at least one.
    pub(crate) links: Vec<Watched>,
    /// What was measured, of all links.
    pub(crate) buckets: Vec<Bucket>,
    /// Runs that did real work, were declared in the time and may be seen, the newest first.
    pub(crate) runs: Vec<RunSummary>,
}

/// Looks a link up.
pub(crate) async fn seen(app: &App, person: &SignedIn, name: &LinkName, time: Time) -> Result<Seen, Error> {
    let (store, until) = (app.engine.store(), app.clock.now());
    let found = kept::<Watched>(&**store, Records::default()).await?;
    let links: Vec<Watched> = found.into_iter().map(|found| found.value).filter(|found| found.link == *name).collect();
    if links.is_empty() {
        return Err(Error::NotFound);
    }
    let long = time.long();
    let from = Timestamp(until.0.saturating_sub(i64::try_from(long.0).unwrap_or(i64::MAX)));
    let width = Millis(long.0 / POINTS);
    let buckets = store.buckets(from, width).await?;
    let mut runs = store.runs(RunFilter { limit: RUNS, ..RunFilter::default() }).await?;
    runs.retain(|run| {
        let summary = &run.summary;
        summary.mode != Mode::Mock && summary.declared_at >= from && person.may_view(summary.organisation.as_ref())
    });
    Ok(Seen { from, until, width, links, buckets, runs })
}

fn at(w: Words, watched: &Watched, seen: &Seen) -> At {
    let Seen { from, until: now, width, ref buckets, ref runs, .. } = *seen;
    // Of several, the last one declared: the others stand in the list.
    let declared_at = runs.first().map(|run| run.summary.declared_at);
    let series = watched.series();
    let own = buckets.iter().filter(|bucket| bucket.series == series);
    let line = LossLine {
        title: format!("{} → {}", w.text(&watched.title), watched.standby),
        from,
        until: now,
        rpo: watched.rpo,
        points: own.map(|bucket| (bucket.from.max(from), bucket.worst)).collect(),
        gap: Millis(watched.gap().0.saturating_add(width.0)),
        mark: declared_at.map(|at| (at, LossMark::Declared)),
        stops: watched
            .breaks
            .iter()
            .rev()
            .filter(|it| it.resumed_at.is_none_or(|resumed| resumed >= from))
            .map(|it| (it.stopped_at.max(from), it.resumed_at))
            .collect(),
    };
    let state = watched.state_at(now);
    let loss = watched.loss_at(now);
    let known = state != Flow::Unknown;
    let level = loss.zip(watched.rpo).filter(|_| known).map(|(loss, rpo)| Level::of(loss, rpo));
    At {
        standby: watched.standby.to_string(),
        source: watched.source.as_ref().map(ToString::to_string),
        state: Tag::flow(w, state),
        loss: loss.map_or_else(|| w.t("replication-unknown"), |loss| w.span(Millis(loss.0 / 1_000 * 1_000))),
        level: level.map(|level| Tag::level(w, level)),
        rpo: watched.rpo.map_or_else(|| "–".to_owned(), |rpo| w.span(rpo)),
        seen: watched.reading.as_ref().map_or_else(|| w.t("replication-not-yet"), |reading| w.moment(reading.at)),
        picture: Losses::of(&line, w.0),
        breaks: watched.breaks.iter().map(|it| stop(w, watched, it).1).collect(),
    }
}

fn declared(w: Words, run: &RunSummary) -> Declared {
    Declared {
        href: urls::run(run.run),
        title: w.text(&run.summary.title).to_owned(),
        mode: Tag::mode(w, run.summary.mode),
        at: w.moment(run.summary.declared_at),
    }
}
