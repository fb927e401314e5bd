//! `relight rerun RUN UNIT`

use clap::Args;
use engine::base::UnitId;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Starts a unit again that failed, was skipped, or was ready before.
#[derive(Debug, Args)]
pub(super) struct RerunArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit
    unit: UnitId,
    /// And all that comes after it
    #[arg(long)]
    downstream: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks for it.
pub(super) async fn rerun(args: RerunArgs) -> Result<Exit, Failure> {
    let RerunArgs { ask: options, unit, downstream, reason } = args;
    ask(&options, Request::Rerun { unit, downstream, reason }).await
}
