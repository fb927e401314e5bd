//! `relight pause RUN`

use clap::Args;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Holds a run: no new step starts until it is unpaused; what runs, runs on.
#[derive(Debug, Args)]
pub(super) struct PauseArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks for it.
pub(super) async fn pause(args: PauseArgs) -> Result<Exit, Failure> {
    ask(&args.ask, Request::Pause { reason: args.reason }).await
}
