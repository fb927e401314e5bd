//! `relight verify RUN`

use clap::Args;
use engine::run::replay;
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, RunArg, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::say;

/// Proves that a run's journal is what was written: the chain of every row, the frozen plan, and that every event could
/// follow the one before. Names the first row that is broken.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    run: RunArg,
    #[command(flatten)]
    state: StateArgs,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Serialize)]
struct Proof {
    run: String,
    intact: bool,
    rows: u64,
    head: Option<String>,
    plan: Option<String>,
    fault: Option<String>,
}

/// Verifies.
pub(super) async fn verify(args: VerifyArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let run = pick(&*store, &args.run.run).await?.run;
    let stored = store.load(run).await?;
    let rows = stored.rows.len() as u64;
    let proof = match replay(run, &stored.frozen.plan, &stored.rows) {
        Ok(replayed) => Proof {
            run: run.to_string(),
            intact: true,
            rows,
            head: Some(replayed.head.hash.to_string()),
            plan: Some(replayed.plan.digest().to_string()),
            fault: None,
        },
        Err(broken) => {
            let fault = Some(broken.to_string());
            Proof { run: run.to_string(), intact: false, rows, head: None, plan: None, fault }
        }
    };
    match args.format {
        Format::Json => say::json(&proof)?,
        Format::Human => say::line(&match (&proof.fault, &proof.head) {
            (Some(fault), _) => format!("run {run}: broken: {fault}"),
            (None, head) => format!("run {run}: intact, {rows} rows, head {}", head.as_deref().unwrap_or("none")),
        })?,
    }
    Ok(if proof.intact { Exit::Done } else { Exit::Failed })
}
