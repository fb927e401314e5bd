//! `relight runs`

use std::fmt::Write as _;

use clap::Args;
use engine::base::{Millis, RunbookId};
use engine::store::{RunFilter, RunSummary};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, StateArgs};
use super::place::Place;
use super::say;

/// Lists runs, newest first.
#[derive(Debug, Args)]
pub(super) struct RunsArgs {
    #[command(flatten)]
    state: StateArgs,
    /// Only of this runbook
    #[arg(long, value_name = "ID")]
    runbook: Option<RunbookId>,
    /// Only those that are not over
    #[arg(long)]
    open: bool,
    /// At most so many; 0 for all
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// One run in the JSON list.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    run: String,
    runbook: &'a str,
    mode: &'a str,
    status: &'a str,
    verdict: Option<&'a str>,
    started_at: String,
    ended_at: Option<String>,
    rta_ms: Option<Millis>,
    rto_ms: Option<Millis>,
    done: u32,
    units: u32,
    requester: &'a str,
    owner: Option<&'a str>,
}

/// Lists.
pub(super) async fn runs(args: RunsArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let filter = RunFilter { runbook: args.runbook, open_only: args.open, limit: args.limit, ..RunFilter::default() };
    let runs = store.runs(filter).await?;
    match args.format {
        Format::Json => say::json(&runs.iter().map(listed).collect::<Vec<_>>())?,
        Format::Human if runs.is_empty() => say::note("no run yet; `relight run FILE --mode mock` makes one"),
        Format::Human => say::text(&table(&runs))?,
    }
    Ok(Exit::Done)
}

fn listed(run: &RunSummary) -> Listed<'_> {
    let summary = &run.summary;
    Listed {
        run: run.run.to_string(),
        runbook: summary.runbook.as_str(),
        mode: summary.mode.keyword(),
        status: summary.status.keyword(),
        verdict: summary.verdict.map(engine::run::Verdict::keyword),
        started_at: summary.declared_at.to_iso(),
        ended_at: summary.ended_at.map(engine::base::Timestamp::to_iso),
        rta_ms: summary.rta,
        rto_ms: summary.rto,
        done: summary.done,
        units: summary.units,
        requester: summary.requester.as_str(),
        owner: run.owner.as_deref(),
    }
}

fn table(runs: &[RunSummary]) -> String {
    let mut text = format!(
        "{:<36}  {:<8}  {:<9}  {:<13}  {:>9}  {:>9}  {:<20}  {}\n",
        "RUN", "MODE", "STATUS", "VERDICT", "RTA", "RTO", "STARTED (UTC)", "RUNBOOK"
    );
    let clock = |time: Option<Millis>| time.map_or_else(|| "-".to_owned(), Millis::clock);
    for run in runs {
        let summary = &run.summary;
        let started = summary.declared_at.to_iso();
        let started = started.split('.').next().unwrap_or_default();
        // Writing to a String can not fail.
        writeln!(
            text,
            "{:<36}  {:<8}  {:<9}  {:<13}  {:>9}  {:>9}  {:<20}  {}",
            run.run,
            summary.mode.keyword(),
            summary.status.keyword(),
            summary.verdict.map_or("-", engine::run::Verdict::keyword),
            clock(summary.rta),
            clock(summary.rto),
            started,
            summary.runbook
        )
        .unwrap_or_default();
    }
    text
}
