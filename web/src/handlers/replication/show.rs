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
enum Time {
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
    let (w, store, now) = (visitor.words, app.engine.store(), app.clock.now());
    let name: LinkName = name.parse().map_err(|_| Error::NotFound)?;
    let links = kept::<Watched>(&**store, Records::default()).await?;
    let links: Vec<Watched> = links.into_iter().map(|found| found.value).filter(|found| found.link == name).collect();
    let first = links.first().ok_or(Error::NotFound)?;
    let long = asked.time.long();
    let from = Timestamp(now.0.saturating_sub(i64::try_from(long.0).unwrap_or(i64::MAX)));
    let width = Millis(long.0 / POINTS);
    let buckets = store.buckets(from, width).await?;
    let runs = store.runs(RunFilter { limit: RUNS, ..RunFilter::default() }).await?;
    let in_time = |run: &&RunSummary| {
        let summary = &run.summary;
        summary.mode != Mode::Mock && summary.declared_at >= from && person.may_view(summary.organisation.as_ref())
    };
    let runs: Vec<&RunSummary> = runs.iter().filter(in_time).collect();
    // Of several, the last one declared: the others stand in the list.
    let declared_at = runs.first().map(|run| run.summary.declared_at);
    let times =
        Time::ALL.map(|(time, word, key)| (urls::replication_link_over(&name, word), w.t(key), time == asked.time));
    let page = Page {
        shell: Shell::new(&visitor, &format!("{} — {}", w.text(&first.title), w.t("replication-title"))),
        kind: w.text(&first.kind.title()).to_owned(),
        services: first.services.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        times: times.to_vec(),
        standbys: links.iter().map(|watched| at(w, watched, &buckets, (from, now, width), declared_at)).collect(),
        runs: runs.into_iter().map(|run| declared(w, run)).collect(),
    };
    Ok(Html(page))
}

fn at(
    w: Words,
    watched: &Watched,
    buckets: &[Bucket],
    (from, now, width): (Timestamp, Timestamp, Millis),
    declared_at: Option<Timestamp>,
) -> At {
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
