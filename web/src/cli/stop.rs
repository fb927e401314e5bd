//! `relight stop RUN UNIT`

use clap::Args;
use engine::base::UnitId;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Ends the step of a unit that is at work, for one that hangs. The unit fails; retry, skip or attest it then.
#[derive(Debug, Args)]
pub(super) struct StopArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit
    unit: UnitId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks for it.
pub(super) async fn stop(args: StopArgs) -> Result<Exit, Failure> {
    ask(&args.ask, Request::Stop { unit: args.unit, reason: args.reason }).await
}
