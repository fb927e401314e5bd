//! `relight replication`

use std::fmt::Write as _;

use clap::Args;
use engine::base::{Clock as _, Millis, SystemClock, Timestamp};
use engine::replication::{Break, Watched};
use engine::store::{Query, list};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, StateArgs};
use super::place::Place;
use super::say;

/// Lists the replication links as `relight serve` has last seen them, and what would be lost now.
#[derive(Debug, Args)]
pub(super) struct ReplicationArgs {
    #[command(flatten)]
    state: StateArgs,
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// One link at one standby in the JSON list.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    link: &'a str,
    source: Option<&'a str>,
    standby: &'a str,
    kind: &'static str,
    state: &'static str,
    lag_ms: Option<Millis>,
    loss_ms: Option<Millis>,
    rpo_ms: Option<Millis>,
    point_at: Option<String>,
    transaction: Option<&'a str>,
    position: Option<&'a str>,
    read_at: Option<String>,
    breaks: Vec<Stopped<'a>>,
}

/// A time in which nothing came over.
#[derive(Debug, Serialize)]
struct Stopped<'a> {
    stopped_at: String,
    resumed_at: Option<String>,
    point_at: Option<String>,
    transaction: Option<&'a str>,
}

/// Lists.
pub(super) async fn replication(args: ReplicationArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let now = SystemClock.now();
    let found = list::<Watched>(&*store, Query::default()).await?;
    let links: Vec<&Watched> = found.iter().map(|found| &found.value).collect();
    match args.format {
        Format::Json => say::json(&links.iter().map(|link| listed(link, now)).collect::<Vec<_>>())?,
        Format::Human if links.is_empty() => {
            say::note("no link was seen yet; `relight serve` watches those under `replication:` of the inventory");
        }
        Format::Human => say::text(&table(&links, now))?,
    }
    Ok(Exit::Done)
}

fn listed(link: &Watched, now: Timestamp) -> Listed<'_> {
    let reading = link.reading.as_ref();
    Listed {
        link: link.link.as_str(),
        source: link.source.as_ref().map(engine::base::TargetName::as_str),
        standby: link.standby.as_str(),
        kind: link.kind.keyword(),
        state: link.state_at(now).keyword(),
        lag_ms: reading.and_then(|reading| reading.lag),
        loss_ms: link.loss_at(now),
        rpo_ms: link.rpo,
        point_at: link.known.map(|point| point.at.to_iso()),
        transaction: reading.and_then(|reading| reading.transaction.as_deref()),
        position: reading.and_then(|reading| reading.position.as_deref()),
        read_at: reading.map(|reading| reading.at.to_iso()),
        breaks: link.breaks.iter().map(stopped).collect(),
    }
}

fn stopped(it: &Break) -> Stopped<'_> {
    Stopped {
        stopped_at: it.stopped_at.to_iso(),
        resumed_at: it.resumed_at.map(Timestamp::to_iso),
        point_at: it.point_at.map(Timestamp::to_iso),
        transaction: it.transaction.as_deref(),
    }
}

fn table(links: &[&Watched], now: Timestamp) -> String {
    let row = |cells: [&str; 6]| {
        let [link, standby, state, loss, rpo, read] = cells;
        format!("{link:<20}  {standby:<20}  {state:<11}  {loss:>9}  {rpo:>9}  {read}\n")
    };
    let mut text = row(["LINK", "STANDBY", "STATE", "LOSS NOW", "RPO", "READ (UTC)"]);
    let clock = |time: Option<Millis>| time.map_or_else(|| "-".to_owned(), Millis::clock);
    for link in links {
        let read = link.reading.as_ref().map_or_else(|| "-".to_owned(), |reading| reading.at.to_iso());
        let read = read.split('.').next().unwrap_or_default();
        let (loss, rpo) = (clock(link.loss_at(now)), clock(link.rpo));
        let cells = [link.link.as_str(), link.standby.as_str(), link.state_at(now).keyword(), &loss, &rpo, read];
        // Writing to a String can not fail.
        text.write_str(&row(cells)).unwrap_or_default();
    }
    text
}
