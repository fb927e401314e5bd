//! `relight abort RUN`

use clap::Args;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Ends a run: steps at work are ended, nothing new starts.
#[derive(Debug, Args)]
pub(super) struct AbortArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks for it.
pub(super) async fn abort(args: AbortArgs) -> Result<Exit, Failure> {
    ask(&args.ask, Request::Abort { reason: args.reason }).await
}
